// Command verifier holds what the log exports against Go's own packages for transparency logs, golang.org/x/mod/sumdb/note and
// golang.org/x/mod/sumdb/tlog, which nobody here wrote. What stands here is where their answers are looked for in our files.
//
//	verifier export FOLDER KEY    an export with proofs: checkpoint, tiles and entries of the rounds, head and tiles of an account
//	verifier proof FILE KEY       a proof file, of a head or of an event
//
// It prints a line that begins with "accepted:" and ends with 0, or one that begins with "refused:" and ends with 1. Any other end is
// a fault of the verifier.
package main

import (
	"fmt"
	"os"

	"golang.org/x/mod/sumdb/note"
)

func main() {
	if len(os.Args) != 4 {
		fmt.Fprintln(os.Stderr, "usage: verifier export FOLDER KEY | verifier proof FILE KEY")
		os.Exit(2)
	}
	accepted, err := verify(os.Args[1], os.Args[2], os.Args[3])
	if err != nil {
		fmt.Println("refused:", err)
		os.Exit(1)
	}
	fmt.Println("accepted:", accepted)
}

func verify(what, path, key string) (string, error) {
	verifier, err := note.NewVerifier(key)
	if err != nil {
		return "", err
	}
	switch what {
	case "export":
		return verifyExport(path, verifier)
	case "proof":
		text, err := os.ReadFile(path)
		if err != nil {
			return "", err
		}
		return verifyProof(string(text), verifier)
	}
	return "", fmt.Errorf("nothing is called %q", what)
}
