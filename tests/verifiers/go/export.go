package main

import (
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// verifyExport holds the checkpoint against the key, the log of rounds against the checkpoint, the account's head against a round of
// that log, and the account's log against its head.
func verifyExport(path string, key note.Verifier) (string, error) {
	signed, err := os.ReadFile(filepath.Join(path, "checkpoint"))
	if err != nil {
		return "", err
	}
	rounds, err := openCheckpoint(string(signed), key)
	if err != nil {
		return "", fmt.Errorf("checkpoint: %w", err)
	}
	if err := verifyTree(path, rounds); err != nil {
		return "", fmt.Errorf("rounds: %w", err)
	}
	text, err := os.ReadFile(filepath.Join(path, "account", "head"))
	if err != nil {
		return "", err
	}
	proved, err := verifyHead(string(text), key)
	if err != nil {
		return "", fmt.Errorf("head: %w", err)
	}
	if err := isOfLog(path, proved.rounds, rounds); err != nil {
		return "", fmt.Errorf("head: %w", err)
	}
	if err := verifyTree(filepath.Join(path, "account"), proved.tree); err != nil {
		return "", fmt.Errorf("account: %w", err)
	}
	return fmt.Sprintf("%d rounds, %d entries", rounds.N, proved.tree.N), nil
}

// isOfLog proves that the log of rounds went on from where the head was signed.
func isOfLog(path string, signed, rounds tlog.Tree) error {
	if signed.N < 1 || signed.N > rounds.N {
		return fmt.Errorf("it is signed with %d rounds, of which there are %d", signed.N, rounds.N)
	}
	tiles := &folder{path: path, read: map[string][]byte{}}
	return goesOnFrom(rounds, signed, tlog.TileHashReader(rounds, tiles))
}
