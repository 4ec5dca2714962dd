package v1

import (
	"bytes"
	"encoding/json"

	"github.com/gin-gonic/gin"

	"github.com/tamis-moderation/tamis/api/body"
	"github.com/tamis-moderation/tamis/api/problem"
	"github.com/tamis-moderation/tamis/models"
)

const mediaType = "application/json; charset=utf-8"

// page is one page of any list.
type page[T any] struct {
	Items []T     `json:"items"`
	Next  *string `json:"next"` // null on the last page
}

// pageOf turns a page of the house into one of the wire.
func pageOf[T, W any](p models.Page[T], wire func(T) W) page[W] {
	return page[W]{Items: each(p.Items, wire), Next: orNull(p.Next)}
}

// listOf is a page that holds all there is.
func listOf[T, W any](items []T, wire func(T) W) page[W] {
	return page[W]{Items: each(items, wire)}
}

func each[T, W any](items []T, wire func(T) W) []W {
	wired := make([]W, 0, len(items))
	for _, item := range items {
		wired = append(wired, wire(item))
	}
	return wired
}

// decode reads the request's body into v.
func decode(g *gin.Context, v any) error {
	raw, err := body.Read(g, body.Limit)
	if err != nil {
		return err
	}
	return body.Decode(raw, v)
}

// decodeIfAny is decode for bodies that may be left out.
func decodeIfAny(g *gin.Context, v any) error {
	raw, err := body.Read(g, body.Limit)
	if err != nil || len(raw) == 0 {
		return err
	}
	return body.Decode(raw, v)
}

// respond answers with v, having kept the answer first where the request came
// with an idempotency key: an answer that was seen can be seen again.
func respond(g *gin.Context, status int, v any) {
	raw, err := encode(v)
	if err != nil {
		problem.Write(g, err)
		return
	}
	keep(g, models.SavedResponse{
		Status: status, ContentType: mediaType, Location: g.Writer.Header().Get("Location"), Body: raw,
	})
	g.Data(status, mediaType, raw)
}

// encode writes JSON that reads as it was written: < and & stay what they are,
// since nothing here is embedded in HTML.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return b.Bytes(), err
}
