// Package tomcat is embedded Tomcat 10.1.7 and 11.0.27, on Java 17, with one servlet: the HTTP connector (what
// org.apache.coyote makes of bytes), what org.apache.catalina answers by itself, and how a connection meets the pool of
// threads.
//
// The poller watches a connection until something can be read. Then a thread takes it, or it queues for one: for a
// request, for a part of one, and for the client's end alike. The thread reads what there is and gives the connection
// back if the head of a request is incomplete. It waits for a body to end, and serves what the client has sent
// meanwhile before it takes another connection.
//
// What differs between versions is a [Version]: the words of its reports, and the lines of Java that they name. A
// [Connector] adds the limits that are options of Tomcat, and an [Endpoint] serves with them.
//
// Not imitated: HTTP/2, cookies, sessions, access logs, and anything but the one servlet.
package tomcat
