package hypercorn

// state is the state of one side of a connection, as h11 has it.
type state uint8

const (
	stateIdle state = iota
	stateSendResponse
	stateSendBody
	stateDone
	stateMustClose
	stateClosed
	stateMightSwitch
	stateError
)

// String names a state as h11 does.
func (s state) String() string {
	return [...]string{
		"IDLE", "SEND_RESPONSE", "SEND_BODY", "DONE", "MUST_CLOSE", "CLOSED", "MIGHT_SWITCH_PROTOCOL", "ERROR",
	}[s]
}

// states are h11's ConnectionState: the states of the two sides, and what they depend on.
type states struct {
	client, server state
	keepAlive      bool // neither side has said that this is the last request (keep_alive)
	proposed       bool // the client has proposed to switch protocols (pending_switch_proposals)
}

// move makes the transitions that follow from the states alone (ConnectionState._fire_state_triggered_transitions).
func (s *states) move() {
	if s.proposed && s.client == stateDone {
		s.client = stateMightSwitch
	}
	if !s.proposed && s.client == stateMightSwitch {
		s.client = stateDone
	}
	if !s.keepAlive {
		if s.client == stateDone {
			s.client = stateMustClose
		}
		if s.server == stateDone {
			s.server = stateMustClose
		}
	}
	switch {
	case s.client == stateClosed && (s.server == stateDone || s.server == stateIdle),
		s.client == stateError && s.server == stateDone:
		s.server = stateMustClose
	case s.server == stateError && s.client == stateDone:
		s.client = stateMustClose
	}
}

// next begins the connection's next request, if both sides are done with this one (start_next_cycle).
func (s *states) next() bool {
	if s.client != stateDone || s.server != stateDone {
		return false
	}
	s.client, s.server = stateIdle, stateIdle
	return true
}
