// Package article plays the experiments of the article that started this
// project, scaled down, on the real servers and on target-server side by side,
// and makes a table of what each showed.
//
// The article is of March 2023: it asks how many requests FastAPI works on at
// once, how many more it lets wait, how to change both, and what its threads and
// processes do, under Uvicorn, Hypercorn and gunicorn. An Experiment is one of
// its conclusions, with a scenario that shows it. Its figures come from the run
// alone.
package article
