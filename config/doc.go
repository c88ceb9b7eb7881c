// Package config turns the command line, the environment and a YAML file into one plain [Config].
//
// A setting has one name, in three spellings: the flag --keep-alive, the environment variable TARGET_SERVER_KEEP_ALIVE
// and the file's key keep-alive. A flag beats the environment, which beats the file, which beats the stack's own
// default. A value counts because its source gave it, even if it equals the default. Only the winning value is parsed,
// but the file as a whole must be well formed.
//
// [Load] returns every error, joined. Each is an [Error] of one line, which names the flag, the variable or the file
// and key, the value, and what is accepted.
//
// An environment variable that begins with TARGET_SERVER_ and looks like a misspelt setting is an error, if the names of
// all variables are known ([Sources].Environ). Any other name that is no setting is warned of and ignored. There is no
// warning of names that are in the environment by convention: in Kubernetes, a Service called target-server puts several
// of them, TARGET_SERVER_PORT for one, into every container.
//
// A setting that would do nothing beside the others is an error if it could make a test pass for the wrong reason, as
// --queue in a mode without threads, and otherwise a warning ([Sources].Warn).
//
// The package opens no socket, starts nothing and knows no server: what a stack can and cannot do comes in as
// [Defaults].
package config
