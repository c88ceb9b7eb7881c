// Package monitor has a real Prometheus watch target-servers through a calm phase, an overload and a recovery, and
// checks what it sees: that every expression of the Grafana dashboard returns data, and that the alerts fire.
//
// Load reads a dashboard; Play runs the scene and returns a Result; Checks lists what is wrong with it; Picture draws it.
//
// Prometheus itself checks the formats: it gets the metrics of one server as text and those of the others as OpenMetrics. promtool lints the
// names.
package monitor
