// Package pacing measures how long the real servers compute, for the table of package pace, and compares target-server
// at --pace real with them: requests a second and the median latency, with the same client for both.
package pacing
