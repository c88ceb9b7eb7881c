// Package article plays the experiments of the article that started this project, scaled down, on the
// real servers and on target-server side by side, and makes a table of the results.
//
// The article, from March 2023, asks how many requests FastAPI processes at once, how many more it lets
// wait, how to change both, and what its threads and processes do, under Uvicorn, Hypercorn and
// gunicorn. An Experiment is one of its conclusions, with a scenario that shows it. All figures in the
// table come from the run itself.
package article
