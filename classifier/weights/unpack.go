package weights

import (
	"archive/tar"
	"bufio"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/tamis-moderation/tamis/models"
)

// maxArchive is the largest archive that is taken: far above any weights that
// run on a processor, far below a full disk.
const maxArchive = 4 << 30

// Unpack stores a bundle under dir/NAME. The archive is a tar, gzipped or not,
// of manifest.json and weights.bin, and must have the given hex SHA-256.
// Nothing is kept unless all of it is right; a bundle of the same name is
// replaced. It gives the manifest of what was stored.
func Unpack(archive io.Reader, sum, dir string) (Manifest, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return Manifest{}, models.Wrap(models.Unavailable, err, "the weights folder can't be made")
	}
	tmp, err := os.MkdirTemp(dir, ".pull-")
	if err != nil {
		return Manifest{}, models.Wrap(models.Unavailable, err, "the weights folder can't be written to")
	}
	defer os.RemoveAll(tmp)
	file := filepath.Join(tmp, "archive")
	if err := fetch(archive, sum, file); err != nil {
		return Manifest{}, err
	}
	unpacked := filepath.Join(tmp, "bundle")
	if err := extract(file, unpacked); err != nil {
		return Manifest{}, models.Wrap(models.Invalid, err, "the archive is not a weights bundle")
	}
	b, err := Open(unpacked)
	if err != nil {
		return Manifest{}, err
	}
	return b.Manifest, replace(unpacked, filepath.Join(dir, b.Manifest.Name), filepath.Join(tmp, "old"))
}

// Installed lists the names of the bundles stored under dir, in order.
func Installed(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, models.Wrap(models.Unavailable, err, "the weights folder can't be read")
	}
	var names []string
	for _, e := range entries {
		if e.IsDir() && validName.MatchString(e.Name()) {
			names = append(names, e.Name())
		}
	}
	return names, nil
}

// fetch copies the archive to a file and compares its digest.
func fetch(archive io.Reader, sum, file string) error {
	out, err := os.Create(file)
	if err != nil {
		return models.Wrap(models.Unavailable, err, "the archive can't be stored")
	}
	defer out.Close()
	h := sha256.New()
	n, err := io.Copy(io.MultiWriter(out, h), io.LimitReader(archive, maxArchive+1))
	if err != nil {
		return models.Wrap(models.Unavailable, err, "the archive can't be read to its end")
	}
	if n > maxArchive {
		return models.Errorf(models.TooLarge, "the archive is larger than %d bytes", int64(maxArchive))
	}
	if found := hex.EncodeToString(h.Sum(nil)); !strings.EqualFold(found, sum) {
		return models.Errorf(models.Invalid, "the archive has another digest: wanted sha256 %s, found %s (%d bytes)", sum, found, n)
	}
	if err := out.Close(); err != nil {
		return models.Wrap(models.Unavailable, err, "the archive can't be stored")
	}
	return nil
}

// extract takes the two files of a bundle out of a tar, and nothing else.
func extract(file, dir string) error {
	in, err := os.Open(file)
	if err != nil {
		return err
	}
	defer in.Close()
	plain, err := gunzip(bufio.NewReader(in))
	if err != nil {
		return err
	}
	if err := os.Mkdir(dir, 0o755); err != nil {
		return err
	}
	for t := tar.NewReader(plain); ; {
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		name := strings.TrimPrefix(h.Name, "./")
		if name != ManifestFile && name != DataFile {
			continue
		}
		if h.Size > maxArchive {
			return fmt.Errorf("%s is larger than %d bytes", name, int64(maxArchive))
		}
		if err := writeFile(filepath.Join(dir, name), io.LimitReader(t, h.Size)); err != nil {
			return err
		}
	}
}

// gunzip reads through gzip where the first bytes say so.
func gunzip(r *bufio.Reader) (io.Reader, error) {
	magic, err := r.Peek(2)
	if err != nil || magic[0] != 0x1f || magic[1] != 0x8b {
		return r, nil //nolint:nilerr // too short for gzip: the tar reader says what is wrong
	}
	z, err := gzip.NewReader(r)
	if err != nil {
		return nil, err
	}
	return z, nil
}

func writeFile(file string, r io.Reader) (err error) {
	out, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	_, err = io.Copy(out, r)
	return err
}

// replace puts a folder in the place of another.
func replace(from, to, aside string) error {
	if err := os.Rename(to, aside); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return models.Wrap(models.Unavailable, err, "the weights of the same name can't be replaced")
	}
	if err := os.Rename(from, to); err != nil {
		return models.Wrap(models.Unavailable, err, "the weights can't be stored")
	}
	return nil
}
