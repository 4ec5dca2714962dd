package main

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/tamis-moderation/tamis/classifier"
	"github.com/tamis-moderation/tamis/models"
)

// metrics are what the process counts for Prometheus. No label carries what a
// person wrote.
type metrics struct {
	registry   *prometheus.Registry
	requests   *prometheus.HistogramVec
	judgements *prometheus.CounterVec
	waits      prometheus.Histogram
	deliveries *prometheus.CounterVec
}

func newMetrics() *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "tamis_http_request_duration_seconds", Help: "Time to answer, by route.",
			Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10},
		}, []string{"route", "method", "status"}),
		judgements: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "tamis_judgements_total", Help: "Judgements that counted, by site and action.",
		}, []string{"site", "action"}),
		waits: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "tamis_judgement_wait_seconds", Help: "From receipt to judgement.",
			Buckets: []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 300, 1800},
		}),
		deliveries: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "tamis_webhook_attempts_total", Help: "Webhook attempts, by the state they led to.",
		}, []string{"state"}),
	}
	m.registry.MustRegister(m.requests, m.judgements, m.waits, m.deliveries,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// watch adds the gauges that are asked of the parts when scraped.
func (m *metrics) watch(pending func(context.Context) (int64, time.Time, error), degraded func() bool) {
	m.registry.MustRegister(
		pendingCollector{pending,
			prometheus.NewDesc("tamis_pending_comments", "Comments that wait for a judgement.", nil, nil),
			prometheus.NewDesc("tamis_pending_oldest_seconds", "How long the oldest of them has waited.", nil, nil)},
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "tamis_degraded", Help: "1 while the transformer can't be trusted and the lexicon judges alone.",
		}, func() float64 {
			if degraded() {
				return 1
			}
			return 0
		}))
}

// runs says what computes the scores; nothing does where the lexicon is alone.
func (m *metrics) runs(r classifier.Runtime) {
	if r.Name == "" {
		return
	}
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "tamis_runtime_info", Help: "1; the labels say what computes the scores: go or onnx, its version, its precision.",
		ConstLabels: prometheus.Labels{"runtime": r.Name, "version": r.Version, "precision": r.Precision},
	}, func() float64 { return 1 }))
}

func (m *metrics) request(route, method string, status int, took time.Duration) {
	m.requests.WithLabelValues(route, method, strconv.Itoa(status)).Observe(took.Seconds())
}

func (m *metrics) judged(j models.Judgement, waited time.Duration) {
	m.judgements.WithLabelValues(string(j.Site), string(j.Verdict.Action)).Inc()
	m.waits.Observe(waited.Seconds())
}

func (m *metrics) delivered(state models.DeliveryState) {
	m.deliveries.WithLabelValues(string(state)).Inc()
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

// pendingCollector asks the store at each scrape; a store that is away leaves
// the gauges out rather than wrong.
type pendingCollector struct {
	stats  func(context.Context) (int64, time.Time, error)
	count  *prometheus.Desc
	oldest *prometheus.Desc
}

func (c pendingCollector) Describe(ch chan<- *prometheus.Desc) { ch <- c.count; ch <- c.oldest }

func (c pendingCollector) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	n, oldest, err := c.stats(ctx)
	if err != nil {
		return
	}
	age := 0.0
	if !oldest.IsZero() {
		age = time.Since(oldest).Seconds()
	}
	ch <- prometheus.MustNewConstMetric(c.count, prometheus.GaugeValue, float64(n))
	ch <- prometheus.MustNewConstMetric(c.oldest, prometheus.GaugeValue, age)
}
