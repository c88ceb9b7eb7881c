package config

// Option describes one setting, for help texts.
type Option struct {
	Name    string
	Aliases []string
	Env     string
	Group   string
	// Value stands for the value in the help, such as "N" or "DURATION"; empty for a toggle.
	Value string
	Usage string
	// Choices are the accepted words, if the setting is a choice.
	Choices []string
	// Default is the default of the first stack, as it would be written; empty for none.
	Default string
}

// Options describes every setting in the order of the help, with the defaults of the first stack.
func Options(stacks []Defaults) []Option {
	table := options(stacks)
	described := make([]Option, 0, len(table)+1)
	for i := range table {
		o := &table[i]
		d := Option{
			Name: o.name, Aliases: o.aliases, Env: envName(o.name),
			Group: o.group, Value: o.value, Usage: o.usage,
		}
		if c, ok := o.kind.(choice); ok {
			d.Choices = c.of
		}
		if len(stacks) > 0 {
			d.Default = o.kind.show(&stacks[0].Values)
		}
		if o.name == "seed" {
			d.Default = "taken from the clock; the ready file and the json and console logs show it"
		}
		described = append(described, d)
	}
	return append(described, Option{
		Name: configName, Env: envName(configName), Group: GroupObserve, Value: "PATH",
		Usage: "YAML file of settings; its keys are the names of the flags",
	})
}
