package python

// What cpu and gil do.

const compute = `
def compute(seconds):
    """Compute for that much processor time of this thread."""
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass
`

const keepLock = `
def keep_lock(seconds):
    """Spend that long in C code that keeps the interpreter's lock, whatever signals come."""
    signals = signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    ctypes.PyDLL(None).usleep(int(seconds * 1_000_000))
    signal.pthread_sigmask(signal.SIG_SETMASK, signals)
`
