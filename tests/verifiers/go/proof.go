package main

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// The map of all accounts is a tree of 2^48 leaves. An account stands at the first 48 bits of its key.
const mapHeight = 48

// head is what a head file proves: the tree of the account's log, and that of the log of rounds at the time.
type head struct {
	tree   tlog.Tree
	rounds tlog.Tree
}

var errForm = errors.New("it does not have the form of a proof")

// verifyProof takes both kinds of proof files.
func verifyProof(text string, key note.Verifier) (string, error) {
	if !strings.HasPrefix(text, "audit-trail/proof/1\n") {
		proved, err := verifyHead(text, key)
		return fmt.Sprintf("a head of %d entries", proved.tree.N), err
	}
	own, rest, found := strings.Cut(text, "\n\n")
	if !found {
		return "", errForm
	}
	proved, err := verifyHead(rest, key)
	if err != nil {
		return "", err
	}
	lines := strings.Split(own, "\n")
	if len(lines) < 3 || !strings.HasPrefix(lines[1], "position ") {
		return "", errForm
	}
	position, err := decimal(strings.TrimPrefix(lines[1], "position "))
	if err != nil {
		return "", err
	}
	if strings.HasPrefix(lines[len(lines)-1], "item ") {
		lines = lines[:len(lines)-1]
	}
	path, err := parseHashes(lines[3:])
	if err != nil {
		return "", err
	}
	leaf := tlog.RecordHash([]byte(lines[2] + "\n"))
	if err := tlog.CheckRecord(path, proved.tree.N, proved.tree.Hash, position, leaf); err != nil {
		return "", fmt.Errorf("entry: %w", err)
	}
	return fmt.Sprintf("the entry at %d of %d", position, proved.tree.N), nil
}

// verifyHead takes the parts of a head file: whose it is, the path in the map, the path in the log of rounds, the checkpoint.
func verifyHead(text string, key note.Verifier) (head, error) {
	parts := strings.SplitN(text, "\n\n", 3)
	if len(parts) != 3 {
		return head{}, errForm
	}
	account, isHead := cutPrefix(parts[0], "audit-trail/head/1\naccount ")
	entry, tlogProof, found := strings.Cut(parts[2], "\n")
	words := strings.Split(entry, " ")
	if !isHead || !found || len(words) != 4 || words[0] != "round/1" {
		return head{}, errForm
	}
	rounds, err := verifyTlogProof(tlogProof, entry+"\n", key)
	if err != nil {
		return head{}, fmt.Errorf("round: %w", err)
	}
	root, err := parseHash(words[2])
	if err != nil {
		return head{}, err
	}
	tree, err := verifyMap(strings.Split(parts[1], "\n"), account, root)
	if err != nil {
		return head{}, fmt.Errorf("map: %w", err)
	}
	return head{tree, rounds}, nil
}

// verifyMap holds the line of an account against the root of the map, as the proof of a record of a log of 2^48.
func verifyMap(lines []string, account string, root tlog.Hash) (tlog.Tree, error) {
	key := sha256.Sum256([]byte("audit-trail/account/v1\n" + account))
	place := int64(binary.BigEndian.Uint64(key[:8]) >> (64 - mapHeight))
	path, err := parseHashes(lines[1:])
	words := strings.Split(lines[0], " ")
	if err != nil || len(words) < 2 || words[1] != base64.StdEncoding.EncodeToString(key[:]) {
		return tlog.Tree{}, errors.New("the line is not one of the account")
	}
	switch {
	case words[0] == "head/1" && len(words) == 5:
		size, err := decimal(words[2])
		if err != nil {
			return tlog.Tree{}, err
		}
		hash, err := parseHash(words[3])
		if err != nil {
			return tlog.Tree{}, err
		}
		leaf := tlog.RecordHash([]byte(lines[0] + "\n"))
		return tlog.Tree{N: size, Hash: hash}, tlog.CheckRecord(path, 1<<mapHeight, root, place, leaf)
	case words[0] == "no-head/1" && len(words) == 4:
		height, err := decimal(words[2])
		if err != nil || height > mapHeight {
			return tlog.Tree{}, errForm
		}
		blind, err := parseHash(words[3])
		if err != nil {
			return tlog.Tree{}, err
		}
		empty := sha256.Sum256(append([]byte{2}, blind[:]...))
		nothing := tlog.Tree{N: 0, Hash: sha256.Sum256(nil)}
		return nothing, tlog.CheckRecord(path, 1<<(mapHeight-height), root, place>>height, empty)
	}
	return tlog.Tree{}, errForm
}

// verifyTlogProof takes a proof of C2SP's tlog-proof for an entry.
func verifyTlogProof(text, entry string, key note.Verifier) (tlog.Tree, error) {
	own, signed, found := strings.Cut(text, "\n\n")
	lines := strings.Split(own, "\n")
	if !found || len(lines) < 2 || lines[0] != "c2sp.org/tlog-proof@v1" || !strings.HasPrefix(lines[1], "index ") {
		return tlog.Tree{}, errForm
	}
	index, err := decimal(strings.TrimPrefix(lines[1], "index "))
	if err != nil {
		return tlog.Tree{}, err
	}
	path, err := parseHashes(lines[2:])
	if err != nil {
		return tlog.Tree{}, err
	}
	tree, err := openCheckpoint(signed, key)
	if err != nil {
		return tlog.Tree{}, err
	}
	return tree, tlog.CheckRecord(path, tree.N, tree.Hash, index, tlog.RecordHash([]byte(entry)))
}

func parseHashes(lines []string) (tlog.RecordProof, error) {
	var hashes tlog.RecordProof
	for _, line := range lines {
		hash, err := parseHash(line)
		if err != nil {
			return nil, err
		}
		hashes = append(hashes, hash)
	}
	return hashes, nil
}

// cutPrefix is strings.CutPrefix, which Go 1.19 does not have.
func cutPrefix(text, prefix string) (string, bool) {
	return strings.TrimPrefix(text, prefix), strings.HasPrefix(text, prefix)
}
