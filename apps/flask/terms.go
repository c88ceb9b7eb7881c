package flask

import "github.com/target-server/target-server/program"

// Terms are what a program for Flask cannot have: Flask has no dependencies, response models or background tasks, and its
// async views need asgiref, which is not installed (Flask.async_to_sync raises a RuntimeError).
func Terms() program.Terms {
	const fastAPI = ", or a FastAPI stack such as --stack uvicorn"
	return program.Terms{
		program.Dependencies:  {Reason: "Flask has no dependencies", Accepted: "the same steps in the routes" + fastAPI},
		program.ResponseModel: {Reason: "Flask has no response models", Accepted: "a route without it" + fastAPI},
		program.Background:    {Reason: "Flask has no background tasks", Accepted: "a route without it" + fastAPI},
		program.Async: {
			Reason:   "Flask runs async functions only with asgiref, which the imitated installation does not have",
			Accepted: "def" + fastAPI,
		},
		program.Streams: {Reason: "streams of Flask are not imitated", Accepted: "a body" + fastAPI},
		program.Files:   {Reason: "files of Flask are not imitated", Accepted: "a body" + fastAPI},
		program.Forms:   {Reason: "forms of Flask are not imitated", Accepted: "parameters of the query" + fastAPI},
		program.Static:  {Reason: "static files of Flask are not imitated", Accepted: "routes with a body" + fastAPI},
	}
}
