// Package config turns the command line, the environment and a YAML file into one plain [Config].
//
// A setting has one name, in three spellings: the flag --keep-alive, the environment variable TARGET_SERVER_KEEP_ALIVE
// and the file's key keep-alive. A flag beats the environment, which beats the file, which beats the stack's own
// default. Which of them spoke is known because each was asked, not because a value differs from a default; only the
// winning value is read, though a file must be well formed as a whole.
//
//	cfg, err := config.Load(config.Sources{
//		Args:      os.Args[1:],
//		LookupEnv: os.LookupEnv,
//		Now:       time.Now,
//		Stacks:    stacks.Defaults(),
//	})
//
// The error joins everything that is wrong, one [Error] a line, each naming the flag, the variable or the file and key,
// the value, and what is accepted.
//
// Environment variables that start with TARGET_SERVER_ and name no setting are left alone: in Kubernetes, a Service called
// target-server puts several of them (TARGET_SERVER_PORT among others) into every container.
//
// The package opens no socket, starts nothing and knows no server: what a stack can and cannot do comes in as [Defaults].
package config
