// Package tomcat is Tomcat's HTTP connector with one servlet behind it: what
// org.apache.coyote makes of bytes, what org.apache.catalina answers by itself,
// and how a connection meets the pool of threads.
//
// A connection is watched until it can be read. Then a thread takes it, or it
// stands in line for one: for a request, for a piece of one, and for the client's
// end alike. The thread reads what there is and gives the connection back when
// bytes are missing, but waits for a body to end, and goes on with what the client
// has sent meanwhile before it serves anybody else.
//
// What differs between versions is a Version: the words of its reports, and the
// lines of Java that they name.
package tomcat
