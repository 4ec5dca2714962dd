package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"reflect"
	"strconv"
	"strings"
)

// field is what a struct tells of one property and swag doesn't.
type field struct {
	pointer  bool // null when nothing is told
	optional bool // left out when nothing is told
	time     bool
}

// structs maps "package.type" to its fields by their JSON names.
type structs map[string]map[string]field

// readStructs reads the struct types of the packages in the folders.
func readStructs(folders []string) (structs, error) {
	all := structs{}
	for _, folder := range folders {
		names, err := fs.Glob(os.DirFS(folder), "*.go")
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			f, err := parser.ParseFile(token.NewFileSet(), path.Join(folder, name), nil, parser.SkipObjectResolution)
			if err != nil {
				return nil, err
			}
			all.add(f)
		}
	}
	return all, nil
}

func (all structs) add(f *ast.File) {
	ast.Inspect(f, func(n ast.Node) bool {
		spec, ok := n.(*ast.TypeSpec)
		if !ok {
			return true
		}
		if s, ok := spec.Type.(*ast.StructType); ok {
			all[f.Name.Name+"."+spec.Name.Name] = fieldsOf(s)
		}
		return false
	})
}

func fieldsOf(s *ast.StructType) map[string]field {
	fields := map[string]field{}
	for _, f := range s.Fields.List {
		if f.Tag == nil {
			continue
		}
		raw, err := strconv.Unquote(f.Tag.Value)
		if err != nil {
			continue
		}
		name, options, _ := strings.Cut(reflect.StructTag(raw).Get("json"), ",")
		if name == "" {
			continue
		}
		star, pointer := f.Type.(*ast.StarExpr)
		inner := f.Type
		if pointer {
			inner = star.X
		}
		selector, _ := inner.(*ast.SelectorExpr)
		fields[name] = field{
			pointer:  pointer,
			optional: strings.Contains(options, "omit"),
			time:     selector != nil && selector.Sel.Name == "Time",
		}
	}
	return fields
}
