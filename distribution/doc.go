// Package distribution describes how long work takes: a constant duration, or a distribution from which each piece of
// work draws its own.
//
//	d, err := distribution.Parse("lognormal(p50=8ms, p99=60ms)")
//	sleep := d.Draw(random)
//
// [Parse] reads a duration, as [ParseDuration] does, or one of these laws. P is uniform from 0 to 1, and the drawn
// duration is a function of P, the law's quantile function, so one draw takes one number from the random source. A
// constant takes none.
//
//	uniform(MIN, MAX)             MIN + P (MAX - MIN)
//	exp(MEAN)                     -MEAN ln(1 - P)
//	normal(MEAN, sd=SD)           max(0, MEAN + SD z(P)), where z is the quantile function of the standard normal law
//	lognormal(pA=X, pB=Y)         X exp(σ (z(P) - z(A/100))), where σ = ln(Y/X) / (z(B/100) - z(A/100))
//	quantiles(min=X, pA=Y, …, max=Z)  linear between the points (0, X), (A/100, Y), … and (1, Z)
//	weighted(X: 10, Y: 5, …)      one of the durations, with a probability of its weight over the sum of the weights
//	file(PATH)                    one of the file's lines, each with the same probability
//
// So uniform, exp, normal and lognormal are what Python's random.uniform, expovariate(1/MEAN), max(0, gauss) and
// lognormvariate(μ, σ) draw, weighted is random.choices and file is random.choice. A normal law is clamped: the
// probability of everything below 0 falls on 0. Every law is clamped at [LongestDuration]. Results are rounded to the
// nearest nanosecond, after all arithmetic.
//
// A law that can only give one value, such as uniform(5ms, 5ms) or exp(0), is that constant.
//
// The package opens no file itself unless it is given [FilesIn], and imports the standard library alone.
package distribution
