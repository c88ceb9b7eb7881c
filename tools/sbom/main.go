// Sbom lists the modules of a Go program as CycloneDX in JSON: those that the Go command recorded in its binaries, one for
// each platform, and Go's own library. A module that only some platforms need is listed as well. The output for given
// binaries is always the same: it has no serial number, and no time except the commit's.
//
//	go run -C tools ./sbom v0.1.0 /path/to/linux_amd64 /path/to/windows_amd64 >target-server_0.1.0_sbom.cdx.json
package main

import (
	"debug/buildinfo"
	"fmt"
	"os"
	"runtime/debug"
	"slices"
	"strings"

	cdx "github.com/CycloneDX/cyclonedx-go"
)

func main() {
	if len(os.Args) < 3 {
		fmt.Fprintln(os.Stderr, "usage: sbom VERSION FILE...")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, "sbom:", err)
		os.Exit(1)
	}
}

func run(version string, files []string) error {
	var all *buildinfo.BuildInfo
	for _, file := range files {
		info, err := buildinfo.ReadFile(file)
		if err != nil {
			return err
		}
		if all == nil {
			all = info
		}
		all.Deps = merge(all.Deps, info.Deps)
	}
	encoder := cdx.NewBOMEncoder(os.Stdout, cdx.BOMFileFormatJSON).SetPretty(true).SetEscapeHTML(false)
	return encoder.EncodeVersion(bom(all, version), cdx.SpecVersion1_6)
}

// merge returns the modules of both lists, by path.
func merge(a, b []*debug.Module) []*debug.Module {
	byPath := func(a, b *debug.Module) int { return strings.Compare(a.Path, b.Path) }
	all := slices.Concat(a, b)
	slices.SortStableFunc(all, byPath)
	return slices.CompactFunc(all, func(a, b *debug.Module) bool { return a.Path == b.Path })
}

// bom lists the program, which depends on all the others. The binary does not record which of them
// depends on which.
func bom(info *buildinfo.BuildInfo, version string) *cdx.BOM {
	self := component(cdx.ComponentTypeApplication, info.Main.Path, version)
	self.Properties = &[]cdx.Property{}
	list := cdx.NewBOM()
	list.Metadata = &cdx.Metadata{Component: &self}
	for _, setting := range info.Settings {
		switch setting.Key {
		case "vcs.time":
			list.Metadata.Timestamp = setting.Value
		case "vcs.revision", "vcs.modified":
			*self.Properties = append(*self.Properties, cdx.Property{Name: setting.Key, Value: setting.Value})
		}
	}
	components := []cdx.Component{component(cdx.ComponentTypeLibrary, "std", strings.TrimPrefix(info.GoVersion, "go"))}
	for _, module := range info.Deps {
		if module.Replace != nil {
			module = module.Replace
		}
		components = append(components, component(cdx.ComponentTypeLibrary, module.Path, module.Version))
	}
	var needs []string
	dependencies := []cdx.Dependency{{Ref: self.BOMRef, Dependencies: &needs}}
	for _, other := range components {
		needs = append(needs, other.BOMRef)
		dependencies = append(dependencies, cdx.Dependency{Ref: other.BOMRef})
	}
	list.Components, list.Dependencies = &components, &dependencies
	return list
}

// component is one module, identified as in security advisories, by a package URL.
func component(kind cdx.ComponentType, path, version string) cdx.Component {
	// Some readers would decode a plus sign as a space.
	url := fmt.Sprintf("pkg:golang/%s@%s", path, strings.ReplaceAll(version, "+", "%2B"))
	return cdx.Component{BOMRef: url, Type: kind, Name: path, Version: version, PackageURL: url}
}
