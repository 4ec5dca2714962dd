package main

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

type object = map[string]any

const schemaRef = "#/components/schemas/"

func mend(doc object, known structs) error {
	delete(doc, "externalDocs")
	components, _ := doc["components"].(object)
	schemas, _ := components["schemas"].(object)
	for name, schema := range schemas {
		if s, ok := schema.(object); ok {
			generic, _, _ := strings.Cut(name, "-")
			completeSchema(s, known[generic], speaksOut(generic))
		}
	}
	eachObject(doc, func(o object) {
		delete(o, "x-enum-varnames")
		delete(o, "x-enum-comments")
		if o["uniqueItems"] == false {
			delete(o, "uniqueItems")
		}
		unwrapForm(o)
		unwrapBody(o)
		wordResponses(o)
	})
	return rename(doc, schemas)
}

// speaksOut reports whether a type is only ever sent, so that what is always
// there can be promised.
func speaksOut(name string) bool {
	for _, suffix := range []string{"In", "Doc", "Edit", "Wire"} {
		if strings.HasSuffix(name, suffix) {
			return false
		}
	}
	return !strings.HasPrefix(name, "models.")
}

// completeSchema tells of one schema what its struct knows.
func completeSchema(s object, fields map[string]field, out bool) {
	properties, _ := s["properties"].(object)
	var required []string
	for name, f := range fields {
		property, ok := properties[name].(object)
		if !ok {
			continue
		}
		if f.time {
			property["format"] = "date-time"
		}
		if f.pointer && !f.optional {
			properties[name] = orNull(property)
		}
		if out && !f.optional {
			required = append(required, name)
		}
	}
	if len(required) > 0 {
		slices.Sort(required)
		s["required"] = required
	}
}

// orNull lets a property be null.
func orNull(property object) object {
	if t, ok := property["type"].(string); ok {
		property["type"] = []string{t, "null"}
		return property
	}
	return object{"anyOf": []any{property, object{"type": "null"}}}
}

// eachObject visits every object of v, the outer ones first.
func eachObject(v any, visit func(object)) {
	switch v := v.(type) {
	case object:
		visit(v)
		for _, inner := range v {
			eachObject(inner, visit)
		}
	case []any:
		for _, inner := range v {
			eachObject(inner, visit)
		}
	}
}

// unwrapBody takes the schema that is meant out of swag's oneOf.
func unwrapBody(o object) {
	schema, _ := o["schema"].(object)
	options, _ := schema["oneOf"].([]any)
	if len(options) != 2 {
		return
	}
	meant, _ := options[1].(object)
	if ref, ok := meant["$ref"]; ok {
		o["schema"] = object{"$ref": ref}
	}
}

// unwrapForm makes one object of the fields of a form, which swag gives as a
// choice between them.
func unwrapForm(o object) {
	form, _ := o["application/x-www-form-urlencoded"].(object)
	schema, _ := form["schema"].(object)
	options, _ := schema["oneOf"].([]any)
	fields := object{}
	for _, option := range options {
		field, _ := option.(object)
		if name, ok := field["title"].(string); ok {
			delete(field, "title")
			fields[name] = field
		}
	}
	if len(fields) > 0 {
		form["schema"] = object{"type": "object", "properties": fields}
	}
}

// wordResponses gives each answer its own description, and problems their own
// media type.
func wordResponses(o object) {
	responses, _ := o["responses"].(object)
	for code, r := range responses {
		response, _ := r.(object)
		if response["description"] == http.StatusText(http.StatusBadRequest) {
			status, _ := strconv.Atoi(code)
			response["description"] = http.StatusText(status)
		}
		content, _ := response["content"].(object)
		media, _ := content["application/json"].(object)
		schema, _ := media["schema"].(object)
		if schema["$ref"] == schemaRef+"problem.Document" {
			response["content"] = object{"application/problem+json": media}
		}
	}
}

// rename gives schemas names for who reads them, and turns references after them.
func rename(doc, schemas object) error {
	names := map[string]string{}
	taken := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(schemas)) {
		fresh := readable(name)
		if other, ok := taken[fresh]; ok {
			return fmt.Errorf("%s and %s would both be named %s", other, name, fresh)
		}
		taken[fresh] = name
		names[schemaRef+name] = schemaRef + fresh
		schemas[fresh] = schemas[name]
		delete(schemas, name)
	}
	eachObject(doc, func(o object) {
		if ref, ok := o["$ref"].(string); ok {
			o["$ref"] = names[ref]
		}
	})
	return nil
}

// readable turns v1.commentOut into Comment, v1.commentIn into CommentInput and
// v1.page-v1_commentOut into CommentPage. Those of foreign wires begin with the wire's name.
func readable(name string) string {
	switch name {
	case "problem.Document":
		return "Problem"
	case "problem.Field":
		return "ProblemField"
	case "api.State":
		return "Health"
	}
	suffix := ""
	if _, item, ok := strings.Cut(name, "page-"); ok {
		name, suffix = strings.ReplaceAll(item, "_", "."), "Page"
	}
	room, name, _ := strings.Cut(name, ".")
	name = strings.ToUpper(name[:1]) + name[1:]
	switch room {
	case "perspective", "akismet", "openai", "coral", "assistant": // a foreign wire has words of its own
		name = strings.ToUpper(room[:1]) + room[1:] + name
	}
	if base, ok := strings.CutSuffix(name, "Out"); ok {
		name = base
	}
	if base, ok := strings.CutSuffix(name, "Wire"); ok {
		name = base
	}
	for _, in := range []string{"In", "Doc"} {
		if base, ok := strings.CutSuffix(name, in); ok {
			return base + "Input" + suffix
		}
	}
	return name + suffix
}
