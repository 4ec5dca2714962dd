package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
	"strings"
	"unicode/utf8"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/tamis-moderation/tamis/models"
)

const (
	// chunkLines is how many lines are judged together.
	chunkLines = 512
	// maxLine is the longest line that is read, in bytes: a comment of the
	// largest size with every character escaped, twice over.
	maxLine = 2 << 20
)

// line is one line of input. err says why its content is not to be had.
type line struct {
	number int
	raw    []byte
	err    error
}

// lineReader reads the lines of a file or of standard input in chunks, and
// shows the progress on a terminal.
type lineReader struct {
	in     *bufio.Reader
	number int
	bar    *progressbar.ProgressBar // nil when nobody watches
	closer []io.Closer
}

// openLines opens the file that the arguments name, or standard input.
func openLines(cmd *cobra.Command, args []string) (*lineReader, error) {
	r := &lineReader{}
	in := cmd.InOrStdin()
	if len(args) > 0 && args[0] != "-" {
		f, err := os.Open(args[0])
		if err != nil {
			return nil, fmt.Errorf("open the input: %w", err)
		}
		in, r.closer = f, append(r.closer, f)
		if strings.HasSuffix(args[0], ".gz") {
			z, err := gzip.NewReader(f)
			if err != nil {
				return nil, errors.Join(fmt.Errorf("open the input: %s: %w", args[0], err), f.Close())
			}
			in, r.closer = z, append(r.closer, z)
		}
	}
	r.in = bufio.NewReaderSize(in, 1<<20)
	if watched(cmd.ErrOrStderr()) {
		r.bar = progressbar.NewOptions64(-1, progressbar.OptionSetWriter(cmd.ErrOrStderr()),
			progressbar.OptionSetDescription("judging"), progressbar.OptionShowCount(), progressbar.OptionShowIts(),
			progressbar.OptionSetItsString("comments"), progressbar.OptionClearOnFinish())
	}
	return r, nil
}

// watched reports whether w is a terminal.
func watched(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// chunk gives the next lines, io.EOF with the last ones. It does not wait for a
// full chunk when a slow writer has nothing more for the moment. Blank lines
// are passed over.
func (r *lineReader) chunk() ([]line, error) {
	var lines []line
	for len(lines) < chunkLines && (len(lines) == 0 || r.in.Buffered() > 0) {
		l, err := r.next()
		if l.err != nil || len(bytes.TrimSpace(l.raw)) > 0 {
			lines = append(lines, l)
		}
		if err != nil {
			return lines, err
		}
	}
	return lines, nil
}

// next reads one line. A line over maxLine is read to its end and given as an
// error of its own.
func (r *lineReader) next() (line, error) {
	r.number++
	l := line{number: r.number}
	for {
		part, err := r.in.ReadSlice('\n')
		if l.err == nil && len(l.raw)+len(part) > maxLine {
			l.raw, l.err = nil, models.Errorf(models.TooLarge, "the line is longer than %d bytes", maxLine)
		}
		if l.err == nil {
			l.raw = append(l.raw, part...)
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		l.raw = bytes.TrimRight(l.raw, "\r\n")
		if r.number == 1 {
			l.raw = bytes.TrimPrefix(l.raw, []byte("\ufeff"))
		}
		if err != nil && !errors.Is(err, io.EOF) {
			err = fmt.Errorf("read the input: %w", err)
		}
		return l, err
	}
}

func (r *lineReader) progress(n int) {
	if r.bar != nil {
		_ = r.bar.Add(n) // a bar that can't be drawn stops nothing
	}
}

func (r *lineReader) close() {
	if r.bar != nil {
		_ = r.bar.Finish()
	}
	for _, c := range r.closer {
		_ = c.Close() // it was only read
	}
}

// decodeLine reads one JSON object. Its errors name the field and never show
// the content.
func decodeLine(raw []byte, into any) error {
	if !utf8.Valid(raw) {
		return models.Errorf(models.Malformed, "the line is not valid UTF-8")
	}
	err := json.Unmarshal(raw, into)
	if err == nil {
		return nil
	}
	if t, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		if t.Field == "" {
			return models.Errorf(models.Malformed, "the line must be a JSON object")
		}
		return models.Fields(models.FieldError{Field: t.Field, Detail: "must be " + jsonName(t.Type.Kind())})
	}
	return models.Errorf(models.Malformed, "the line is not JSON")
}

// jsonName words a kind of Go value as JSON's.
func jsonName(kind reflect.Kind) string {
	switch kind {
	case reflect.Struct, reflect.Map:
		return "an object"
	case reflect.Float64:
		return "a number"
	default:
		return "a " + kind.String()
	}
}

// shown is what of an error a person may read.
func shown(err error) string {
	if e, ok := errors.AsType[*models.Error](err); ok {
		return e.Msg
	}
	return err.Error()
}
