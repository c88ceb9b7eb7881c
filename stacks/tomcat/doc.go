// Package tomcat is Tomcat's HTTP connector with one servlet: what org.apache.coyote makes of bytes, what
// org.apache.catalina answers by itself, and how a connection gets a thread of the pool.
//
// A connection is watched until it can be read. Then a thread takes it, or it waits for one: for a request, for a part
// of one, and for the client's end alike. The thread reads what there is and gives the connection back if a head is not
// complete. It waits for a body to end, and serves what the client has sent meanwhile before it takes another
// connection.
//
// What versions decide differently is a value, [Version]: the words of its reports, and the lines of Java that they
// name.
package tomcat
