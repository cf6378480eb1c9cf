package main

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// C2SP's tlog-tiles fixes the height of tiles, and so leaves it out of their paths.
const (
	tileHeight = 8
	tileWidth  = 1 << tileHeight
)

// folder is a tlog.TileReader of the tiles in a folder.
type folder struct {
	path string
	read map[string][]byte
}

func (f *folder) Height() int { return tileHeight }

func (f *folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range tiles {
		data, err := f.file(tilePath(tile))
		if err != nil {
			return nil, err
		}
		all = append(all, data)
	}
	return all, nil
}

func (f *folder) SaveTiles([]tlog.Tile, [][]byte) {}

// tilePath is where C2SP has a tile of which Go's path is tile/8/<level or "data">/…
func tilePath(tile tlog.Tile) string {
	path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
	return strings.Replace(path, "tile/data/", "tile/entries/", 1)
}

// file reads a file once.
func (f *folder) file(path string) ([]byte, error) {
	if data, ok := f.read[path]; ok {
		return data, nil
	}
	data, err := os.ReadFile(filepath.Join(f.path, path))
	if err == nil {
		f.read[path] = data
	}
	return data, err
}

// entries gives all entries of a tree, out of its bundles: each has its length before it, in two bytes.
func (f *folder) entries(size int64) ([][]byte, error) {
	var all [][]byte
	for first := int64(0); first < size; first += tileWidth {
		tile := tlog.Tile{H: tileHeight, L: -1, N: first / tileWidth, W: tileWidth}
		if size-first < tileWidth {
			tile.W = int(size - first)
		}
		bundle, err := f.file(tilePath(tile))
		if err != nil {
			return nil, err
		}
		entries, err := split(bundle)
		if err != nil || len(entries) != tile.W {
			return nil, fmt.Errorf("%s does not have %d whole entries", tilePath(tile), tile.W)
		}
		all = append(all, entries...)
	}
	return all, nil
}

func split(bundle []byte) ([][]byte, error) {
	var entries [][]byte
	for len(bundle) > 0 {
		if len(bundle) < 2 || len(bundle)-2 < int(binary.BigEndian.Uint16(bundle)) {
			return nil, fmt.Errorf("a bundle is cut")
		}
		end := 2 + int(binary.BigEndian.Uint16(bundle))
		entries, bundle = append(entries, bundle[2:end]), bundle[end:]
	}
	return entries, nil
}

// verifyTree holds a folder's tiles and entries against the root of their tree.
func verifyTree(path string, tree tlog.Tree) error {
	tiles := &folder{path: path, read: map[string][]byte{}}
	entries, err := tiles.entries(tree.N)
	if err != nil {
		return err
	}
	if tree.N == 0 {
		if tree.Hash != sha256.Sum256(nil) { // tlog.TreeHash(0, nil) said otherwise until 2023
			return fmt.Errorf("the root of an empty tree is another")
		}
		return nil
	}
	reader := tlog.TileHashReader(tree, tiles)
	if err := verifyLeaves(entries, reader); err != nil {
		return err
	}
	if err := verifyInclusion(entries, tree, reader); err != nil {
		return err
	}
	return verifyConsistency(tree, reader)
}

// verifyLeaves compares the hash of each entry with the leaf that the authenticated tiles have in its place.
func verifyLeaves(entries [][]byte, reader tlog.HashReader) error {
	indexes := make([]int64, len(entries))
	for at := range entries {
		indexes[at] = tlog.StoredHashIndex(0, int64(at))
	}
	leaves, err := reader.ReadHashes(indexes)
	if err != nil {
		return err
	}
	for at, entry := range entries {
		if tlog.RecordHash(entry) != leaves[at] {
			return fmt.Errorf("entry %d is not the one of the tree", at)
		}
	}
	return nil
}

// verifyInclusion has each entry proved from the tiles; of a large tree each 97th, and those beside the edges of tiles.
func verifyInclusion(entries [][]byte, tree tlog.Tree, reader tlog.HashReader) error {
	for at, entry := range entries {
		beside := at%tileWidth == 0 || at%tileWidth == tileWidth-1 || at == len(entries)-1
		if len(entries) > 4*tileWidth && at%97 != 0 && !beside {
			continue
		}
		proof, err := tlog.ProveRecord(tree.N, int64(at), reader)
		if err != nil {
			return err
		}
		if err := tlog.CheckRecord(proof, tree.N, tree.Hash, int64(at), tlog.RecordHash(entry)); err != nil {
			return fmt.Errorf("entry %d: %w", at, err)
		}
	}
	return nil
}

// verifyConsistency proves that the tree goes on from its own earlier sizes.
func verifyConsistency(tree tlog.Tree, reader tlog.HashReader) error {
	for _, size := range []int64{1, 2, 3, 255, 256, 257, 1000, 65535, 65536, 65537, tree.N - 1, tree.N} {
		if size < 1 || size > tree.N {
			continue
		}
		earlier, err := tlog.TreeHash(size, reader)
		if err != nil {
			return err
		}
		if err := goesOnFrom(tree, tlog.Tree{N: size, Hash: earlier}, reader); err != nil {
			return err
		}
	}
	return nil
}

func goesOnFrom(tree, earlier tlog.Tree, reader tlog.HashReader) error {
	proof, err := tlog.ProveTree(tree.N, earlier.N, reader)
	if err != nil {
		return err
	}
	return tlog.CheckTree(proof, tree.N, tree.Hash, earlier.N, earlier.Hash)
}
