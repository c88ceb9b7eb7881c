// Package pacing measures how long the real servers compute, for the table of package pace, and compares target-server
// with them under load by the same client: at --pace real, requests a second and the median latency; while threads
// compute, how long a request to the event loop takes.
package pacing
