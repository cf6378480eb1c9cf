package main

import (
	"encoding/base64"
	"errors"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// openCheckpoint opens a signed note, and reads its text as C2SP's tlog-checkpoint has it: origin, size and root, each on its line.
// tlog.ParseTree reads such a text for one origin only, that of sum.golang.org.
func openCheckpoint(signed string, key note.Verifier) (tlog.Tree, error) {
	opened, err := note.Open([]byte(signed), note.VerifierList(key))
	if err != nil {
		return tlog.Tree{}, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) < 4 {
		return tlog.Tree{}, errors.New("a checkpoint has three lines")
	}
	if lines[0] != key.Name() {
		return tlog.Tree{}, errors.New("the checkpoint is of another origin")
	}
	size, err := decimal(lines[1])
	if err != nil {
		return tlog.Tree{}, err
	}
	root, err := tlog.ParseHash(lines[2])
	return tlog.Tree{N: size, Hash: root}, err
}

// decimal reads a number that is written in the one way there is.
func decimal(text string) (int64, error) {
	number, err := strconv.ParseInt(text, 10, 64)
	if err == nil && (number < 0 || strconv.FormatInt(number, 10) != text) {
		err = errors.New("not a plain number: " + text)
	}
	return number, err
}

// parseHash reads a hash that is written in the one way there is: Go's own reading passes over line ends and stray bits.
func parseHash(text string) (tlog.Hash, error) {
	hash, err := tlog.ParseHash(text)
	if err == nil && base64.StdEncoding.EncodeToString(hash[:]) != text {
		err = errors.New("not the one form of a hash: " + text)
	}
	return hash, err
}
