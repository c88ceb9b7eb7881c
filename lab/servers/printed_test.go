package servers_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/lab/servers"
	"github.com/target-server/target-server/program/python"
)

// Printed programs list the packages that the lab runs them with.
func TestPrintedProgramsListThePins(t *testing.T) {
	for _, stack := range servers.Stacks() {
		prints, _ := python.Prints(stack)
		if !prints {
			continue
		}
		for _, vintage := range servers.Vintages() {
			pinned, err := os.ReadFile(vintage + ".txt")
			if err != nil {
				t.Fatal(err)
			}
			listed := python.Packages(stack, vintage, python.SQLAlchemy, python.Multipart)
			for _, pin := range listed {
				found := strings.Contains(strings.ToLower("\n"+string(pinned)), "\n"+pin+" ")
				check.Equal(t, stack+" at "+vintage+": "+pin+" is pinned", found, true)
			}
			versions, err := servers.Versions(stack, vintage)
			if err != nil {
				t.Fatal(err)
			}
			for name, version := range versions {
				// A WSGI server refuses FastAPI, which no program is printed for.
				_, flask := python.Prints(stack)
				listedHere := slices.Contains(listed, name+"=="+version) || flask && name == "fastapi"
				check.Equal(t, stack+" at "+vintage+" lists "+name, listedHere, true)
			}
		}
	}
}
