// Package bare serves the programs of files on servers without a framework: Node's http server and Tomcat. It does what a
// small program does that is written for such a server: it tries the routes in the file's order, checks the parameters,
// and calls one function for a request.
//
// A [Server] is what its two users do differently. The programs that are imitated are the lab's, which read the same files.
package bare
