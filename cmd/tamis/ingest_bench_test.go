package main

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

const (
	rounds    = 5
	roundTime = 1500 * time.Millisecond
)

// cost is what one comment took, in microseconds of CPU, and in fsyncs.
type cost struct{ server, total, fsyncs float64 }

// BenchmarkIngest compares, in interleaved rounds, what a comment costs when it
// is durable and queued with a bare echo (the same decoder, the same checks) and
// with one INSERT + one Enqueue a request. Nothing is scored. Medians of the
// rounds' ratios are reported.
func BenchmarkIngest(b *testing.B) {
	database, redis, pool := servers(b)
	roles := map[string]role{}
	for _, name := range []string{"echo", "naive", "tamis"} {
		roles[name] = startRole(b, name, database, redis)
	}
	ways := []struct {
		name, role string
		comments   int // in a request
		conns      int
		req        []byte
	}{
		{"echo", "echo", 1, 64, oneComment()},
		{"naive", "naive", 1, 64, oneComment()},
		{"tamis", "tamis", 1, 64, oneComment()},
		{"tamis64", "tamis", 64, 8, manyComments(64)},
	}
	costs := map[string][]cost{}
	for range rounds {
		for _, w := range ways {
			costs[w.name] = append(costs[w.name], measure(b, pool, roles[w.role], w.comments, w.conns, w.req))
		}
	}
	ratio := func(a, of string, part func(cost) float64) float64 {
		var r []float64
		for i := range rounds {
			r = append(r, part(costs[a][i])/part(costs[of][i]))
		}
		return median(r)
	}
	server := func(c cost) float64 { return c.server }
	total := func(c cost) float64 { return c.total }
	var fsyncs, us []float64
	for i := range rounds {
		fsyncs = append(fsyncs, costs["tamis"][i].fsyncs)
		us = append(us, costs["tamis"][i].server)
	}
	b.ReportMetric(ratio("tamis", "echo", server), "x-echo-server-cpu")
	b.ReportMetric(ratio("tamis", "naive", total), "x-naive-total-cpu")
	b.ReportMetric(ratio("tamis64", "naive", total), "batch64-x-naive-total-cpu")
	b.ReportMetric(median(fsyncs), "fsyncs/comment")
	b.ReportMetric(median(us), "server-cpu-us/comment")
	b.ReportMetric(0, "ns/op")
}

func measure(b *testing.B, pool *pgxpool.Pool, r role, comments, conns int, req []byte) cost {
	b.Helper()
	load(b, r.addr, conns, req, 200*time.Millisecond) // warm
	syncs, server, others := walSyncs(b, pool), cpu(b, r.cmd.Process.Pid), cpuOf(b, "postgres")+cpuOf(b, "redis-server")
	n := float64(len(load(b, r.addr, conns, req, roundTime)) * comments)
	c := cost{server: (cpu(b, r.cmd.Process.Pid) - server) / n * 1e6, fsyncs: (walSyncs(b, pool) - syncs) / n}
	c.total = c.server + (cpuOf(b, "postgres")+cpuOf(b, "redis-server")-others)/n*1e6
	return c
}

// walSyncs is how often the database has synced its log so far.
func walSyncs(b *testing.B, pool *pgxpool.Pool) float64 {
	b.Helper()
	time.Sleep(600 * time.Millisecond) // statistics are flushed twice a second
	var n int64
	if err := pool.QueryRow(context.Background(), `SELECT wal_sync FROM pg_stat_wal`).Scan(&n); err != nil {
		b.Fatal(err)
	}
	return float64(n)
}

// BenchmarkFewConnections compares the latency at 1 and 4 connections with a
// plain INSERT a request, in interleaved rounds.
func BenchmarkFewConnections(b *testing.B) {
	database, redis, _ := servers(b)
	plain, tamis := startRole(b, "plain", database, redis), startRole(b, "tamis", database, redis)
	for _, conns := range []int{1, 4} {
		b.Run(map[int]string{1: "1", 4: "4"}[conns], func(b *testing.B) {
			var ratios, p50 []float64
			for range rounds {
				theirs := percentile(load(b, plain.addr, conns, oneComment(), roundTime), 0.5)
				ours := percentile(load(b, tamis.addr, conns, oneComment(), roundTime), 0.5)
				ratios = append(ratios, float64(ours)/float64(theirs))
				p50 = append(p50, float64(ours.Microseconds())/1000)
			}
			b.ReportMetric(median(ratios), "p50-x-plain-insert")
			b.ReportMetric(median(p50), "p50-ms")
			b.ReportMetric(0, "ns/op")
		})
	}
}
