package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"
)

// printTable prints rows under their headings, or the same as JSON objects
// keyed by the headings.
func printTable(w io.Writer, asJSON bool, headings []string, rows [][]any) error {
	if asJSON {
		objects := make([]map[string]any, 0, len(rows))
		for _, row := range rows {
			o := map[string]any{}
			for i, h := range headings {
				o[h] = row[i]
			}
			objects = append(objects, o)
		}
		return json.NewEncoder(w).Encode(objects)
	}
	tw := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	fmt.Fprintln(tw, strings.ToUpper(strings.Join(headings, "\t")))
	for _, row := range rows {
		cells := make([]string, len(row))
		for i, v := range row {
			cells[i] = shownCell(v)
		}
		fmt.Fprintln(tw, strings.Join(cells, "\t"))
	}
	return tw.Flush()
}

func shownCell(v any) string {
	if t, ok := v.(time.Time); ok {
		if t.IsZero() {
			return "-"
		}
		return t.Format("2006-01-02 15:04")
	}
	if s := fmt.Sprint(v); s != "" && s != "<nil>" {
		return s
	}
	return "-"
}

// stamp is a time for a table's JSON: null when it is not set.
func stamp(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t
}
