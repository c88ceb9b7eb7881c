package scenarios

import "strings"

// probe is a sequence of bytes for one connection, sent in one piece.
type probe struct {
	name string
	raw  string
}

// probesAtOnce is how many connections Probe has open at a time.
const probesAtOnce = 12

// Probe sends each sequence on a connection of its own. Under its name it states every byte that came
// back, the state of the connection afterwards, and its access lines.
func (s *Stage) Probe(probes []probe) {
	for len(probes) > 0 {
		n := min(probesAtOnce, len(probes))
		clients := make([]*Client, n)
		for i, p := range probes[:n] {
			clients[i] = s.Connect()
			clients[i].Send(p.raw)
			s.Pause(5 * ms)
		}
		for _, c := range clients {
			c.Settle()
		}
		s.Pause(50 * ms) // the log arrives on its own pipe
		for i, p := range probes[:n] {
			s.Exact(p.name, strings.Join(append([]string{clients[i].Wire()}, clients[i].Logged()...), "\n-- "))
			clients[i].Leave()
		}
		probes = probes[n:]
	}
}

// ProbeBytes does the same without access lines, for probes about which a server logs frames of Python's.
func (s *Stage) ProbeBytes(probes []probe) {
	for _, p := range probes {
		c := s.Connect()
		c.Send(p.raw)
		c.Settle()
		s.Exact(p.name, c.Wire())
		c.Leave()
	}
}

// ProbeInTurn does the same with one connection at a time, for servers whose access lines do not name a client's port.
func (s *Stage) ProbeInTurn(probes []probe) {
	for _, p := range probes {
		before := len(s.venue.Lines())
		c := s.Connect()
		c.Send(p.raw)
		c.Settle()
		s.Pause(50 * ms) // the log arrives on its own pipe
		found := []string{c.Wire()}
		for _, line := range s.venue.Lines()[before:] {
			if strings.HasPrefix(line.Text, "127.0.0.1") || accessLine.MatchString(line.Text) {
				found = append(found, line.Text)
			}
		}
		s.Exact(p.name, strings.Join(found, "\n-- "))
		open := c.Ending() == "open"
		c.Leave() // some servers wait for this
		if open {
			s.Pause(50 * ms) // so that its log lines are not taken for the next one's
		}
	}
}

// gets makes a probe of each path, named after it.
func gets(paths ...string) []probe {
	var probes []probe
	for _, path := range paths {
		probes = append(probes, probe{path, "GET " + path + " HTTP/1.1\r\nHost: lab\r\n\r\n"})
	}
	return probes
}
