// Package browser opens the live page in a real browser, for its tests and its picture. It is a module of its own, so that
// what drives the browser is no dependency of the server.
//
// The tests need Chromium, and are skipped without it, saying so. They build target-server, start it on free ports of this
// machine, and reach nothing else.
package browser
