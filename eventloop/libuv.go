package eventloop

// The flavours of libuv under Node.js.
var (
	// Libuv144 is libuv 1.44 in Node.js 18: it accepts until none is left, runs timers before polling, and a write is sent
	// at once (uv_try_write). A socket's writableHighWaterMark is 16 KiB, and it drains to nothing.
	Libuv144 = Flavour{
		Name: "libuv", ShedsLoad: true,
		AcceptSteps: 1, ReadSize: 64 * 1024, ReadsAgain: 32, HighWater: 16<<10 - 1,
	}

	// Libuv152 is libuv 1.52 in Node.js 26: it accepts one connection a turn, and runs timers after polling. A socket's
	// writableHighWaterMark is 64 KiB.
	Libuv152 = Flavour{
		Name: "libuv", TimersAfterPoll: true, ShedsLoad: true,
		AcceptsPerTurn: 1, AcceptSteps: 1, ReadSize: 64 * 1024, ReadsAgain: 32, HighWater: 64<<10 - 1,
	}
)
