// Package soak keeps target-server busy for a long time and sees that nothing
// grows: memory, descriptors, goroutines. It has three parts, each on a server
// of its own:
//
//   - requests: so many answered ones, as fast as they go;
//   - departures: so many clients that reset the connection with a request in
//     work or in line;
//   - mixed: for so long a crowd that does what clients do, well behaved or not
//     (Behaviours), while the limit changes and processes are stopped, restarted
//     and killed.
//
// Load comes in rounds. After each the crowd leaves, the server must come to
// rest with nothing held, its sums must balance, and a Sample is taken; a part
// whose samples are not flat has failed (Flat).
//
// What it does not do: it holds nobody to a time. That is the benchmark's.
package soak
