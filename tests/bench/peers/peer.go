// Go's own server and database/sql, with one connection that writes.
package main

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	_ "github.com/mattn/go-sqlite3"
)

const (
	tolerance = 300
	bodyMax   = 1 << 20
	readers   = 8
)

var statements = map[string]string{
	"event": `INSERT INTO event (id, source, dedupe_key, type, object_id,
		told_at, received_at, body, outcome, booking)
		VALUES (?, 'stripe', ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (source, dedupe_key) DO NOTHING`,
	"checkout": `SELECT c.id, c.attempt, c.amount, c.currency, b.id,
		b.payment_status, b.builder, b.session_type
		FROM checkout c JOIN booking b ON b.id = c.booking
		WHERE c.session = ?`,
	"complete": `UPDATE checkout SET status = 'complete',
		payment_status = 'paid', payment = ?, url = NULL
		WHERE id = ? AND status IN ('asked', 'open')`,
	"pay": `INSERT INTO payment (id, booking, checkout, received, currency,
		paid_at, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE
		SET received = MAX(received, excluded.received)`,
	"confirm": `UPDATE booking SET status = 'CONFIRMED',
		payment_status = 'PAID', updated_at = ? WHERE id = ?`,
	"tell": `INSERT INTO history (id, booking, at, who, what, why, event)
		VALUES (?, ?, ?, 'stripe', ?, ?, ?)`,
	"count": `INSERT INTO analytics (id, name, booking, session_type,
		builder, amount, currency, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO NOTHING`,
}

const sqlLook = `SELECT c.session, c.status, c.payment_status, c.amount,
	c.currency, c.url, b.id, b.start_at, b.end_at, b.timezone, b.status,
	b.policy, b.invitee, b.link_serial, b.payment_status, t.id, t.title,
	t.minutes, r.id, r.name, r.timezone
	FROM checkout c JOIN booking b ON b.id = c.booking
	JOIN session_type t ON t.id = b.session_type
	JOIN builder r ON r.id = b.builder WHERE c.session = ?`

var (
	writer *sql.DB
	ready  = map[string]*sql.Stmt{}
	look   *sql.Stmt
	secret = []byte(os.Getenv("STRIPE_WEBHOOK_SECRET"))
	link   = []byte(os.Getenv("LINK_SECRET"))
)

type session struct {
	ID            string  `json:"id"`
	AmountTotal   int64   `json:"amount_total"`
	Currency      string  `json:"currency"`
	PaymentStatus string  `json:"payment_status"`
	PaymentIntent string  `json:"payment_intent"`
	Reference     *string `json:"client_reference_id"`
}

type event struct {
	ID      string `json:"id"`
	Type    string `json:"type"`
	Created int64  `json:"created"`
	Data    struct {
		Object session `json:"object"`
	} `json:"data"`
}

func sum(key []byte, pieces ...string) []byte {
	mac := hmac.New(sha256.New, key)
	for _, piece := range pieces {
		io.WriteString(mac, piece)
	}
	return mac.Sum(nil)
}

func isSigned(header string, body string) bool {
	var at string
	var sums []string
	for _, part := range strings.Split(header, ",") {
		if strings.HasPrefix(part, "t=") {
			at = part[2:]
		} else if strings.HasPrefix(part, "v1=") {
			sums = append(sums, part[3:])
		}
	}
	t, err := strconv.ParseInt(at, 10, 64)
	if err != nil || time.Now().Unix()-t > tolerance {
		return false
	}
	wanted := sum(secret, at, ".", body)
	for _, text := range sums {
		given, err := hex.DecodeString(text)
		if err == nil && hmac.Equal(wanted, given) {
			return true
		}
	}
	return false
}

func newID(prefix string, now int64) string {
	var random [16]byte
	rand.Read(random[:])
	return fmt.Sprintf("%s%014x%x", prefix, now, random)
}

func paid(tx *sql.Tx, ev *event, id string, now int64) error {
	var checkout, currency, booking, was, builder, kind string
	var attempt, amount int64
	s := &ev.Data.Object
	err := tx.Stmt(ready["checkout"]).QueryRow(s.ID).Scan(&checkout,
		&attempt, &amount, &currency, &booking, &was, &builder, &kind)
	if err != nil {
		return err
	}
	if amount != s.AmountTotal || currency != s.Currency {
		return errors.New("not what was asked for")
	}
	type step struct {
		name   string
		values []any
	}
	steps := []step{
		{"complete", []any{s.PaymentIntent, checkout}},
		{"pay", []any{s.PaymentIntent, booking, checkout, amount,
			currency, ev.Created * 1e6, now}},
		{"confirm", []any{now, booking}},
	}
	for _, line := range [][2]any{
		{"checkout", fmt.Sprintf("attempt %d is complete, paid", attempt)},
		{"confirmed", nil}, {"payment", "PAID, was " + was}} {
		steps = append(steps, step{"tell", []any{newID("hi_", now),
			booking, now, line[0], line[1], id}})
	}
	for _, fact := range [][2]string{{"CHECKOUT_COMPLETED", s.ID},
		{"PAYMENT_COMPLETED", s.PaymentIntent},
		{"BOOKING_CONFIRMED", booking}} {
		steps = append(steps, step{"count", []any{
			fact[0] + ":" + fact[1], fact[0], booking, kind,
			builder, amount, currency, now}})
	}
	for _, s := range steps {
		if _, err := tx.Stmt(ready[s.name]).Exec(s.values...); err != nil {
			return err
		}
	}
	return nil
}

func take(ev *event, body string) (isNew bool, err error) {
	now := time.Now().UnixMicro()
	id := newID("ev_", now)
	s := &ev.Data.Object
	isPaid := ev.Type == "checkout.session.completed" &&
		s.PaymentStatus == "paid"
	outcome := "ignored"
	if isPaid {
		outcome = "applied"
	}
	tx, err := writer.Begin()
	if err != nil {
		return false, err
	}
	defer tx.Rollback()
	added, err := tx.Stmt(ready["event"]).Exec(id, ev.ID, ev.Type, s.ID,
		ev.Created*1e6, now, body, outcome, s.Reference)
	if err != nil {
		return false, err
	}
	n, _ := added.RowsAffected()
	if n > 0 && isPaid {
		if err = paid(tx, ev, id, now); err != nil {
			return false, err
		}
	}
	return n > 0, tx.Commit()
}

func answer(w http.ResponseWriter, status int, data any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(map[string]any{"success": status == 200,
		"data": data})
}

func webhook(w http.ResponseWriter, r *http.Request) {
	var ev event
	bytes, err := io.ReadAll(http.MaxBytesReader(w, r.Body, bodyMax))
	body := string(bytes)
	if err != nil || !isSigned(r.Header.Get("Stripe-Signature"), body) {
		answer(w, 401, nil)
		return
	}
	if json.Unmarshal(bytes, &ev) != nil {
		answer(w, 400, nil)
		return
	}
	isNew, err := take(&ev, body)
	if err != nil {
		answer(w, 500, nil)
		return
	}
	answer(w, 200, map[string]bool{"received": true, "duplicate": !isNew})
}

func mayLook(header, booking string, serial int64) bool {
	parts := strings.Split(strings.TrimPrefix(header, "Guest "), ".")
	if len(parts) != 4 || parts[0] != booking ||
		parts[1] != strconv.FormatInt(serial, 10) {
		return false
	}
	end, err := strconv.ParseInt(parts[2], 10, 64)
	given, bad := hex.DecodeString(parts[3])
	if err != nil || bad != nil || end < time.Now().Unix() {
		return false
	}
	return hmac.Equal(given, sum(link, "booking\n", parts[0], ".",
		parts[1], ".", parts[2]))
}

func lookup(w http.ResponseWriter, r *http.Request) {
	var s, status, payment, currency, id, zone, booked, policy, paidStatus,
		kind, title, builder, name, builderZone string
	var url, invitee *string
	var amount, start, end, serial, minutes int64
	err := look.QueryRow(strings.TrimPrefix(r.URL.Path,
		"/api/stripe/sessions/")).Scan(&s, &status, &payment, &amount,
		&currency, &url, &id, &start, &end, &zone, &booked, &policy,
		&invitee, &serial, &paidStatus, &kind, &title, &minutes,
		&builder, &name, &builderZone)
	if err != nil || !mayLook(r.Header.Get("Authorization"), id, serial) {
		answer(w, 404, nil)
		return
	}
	answer(w, 200, map[string]any{
		"sessionType": map[string]any{"id": kind, "title": title,
			"durationMinutes": minutes},
		"builder": map[string]any{"id": builder, "name": name,
			"timezone": builderZone},
		"can": []string{"cancel"}, "bookingId": id,
		"startTime": time.UnixMicro(start).UTC().Format(time.RFC3339),
		"endTime":   time.UnixMicro(end).UTC().Format(time.RFC3339),
		"timezone":  zone, "policy": policy,
		"isCalendlyBooking": invitee != nil,
		"settled":           booked == "CONFIRMED", "sessionId": s,
		"status": status, "paymentStatus": payment,
		"bookingStatus": booked, "bookingPaymentStatus": paidStatus,
		"amount": amount, "currency": currency, "url": url,
	})
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func open(connections int) *sql.DB {
	db, err := sql.Open("sqlite3", "file:"+os.Getenv("BENCH_DATABASE")+
		"?_journal_mode=WAL&_synchronous=FULL&_foreign_keys=on"+
		"&_busy_timeout=5000&_txlock=immediate")
	must(err)
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	return db
}

func main() {
	var err error
	writer = open(1)
	for name, text := range statements {
		ready[name], err = writer.Prepare(text)
		must(err)
	}
	look, err = open(readers).Prepare(sqlLook)
	must(err)
	socket, err := net.Listen("unix", os.Getenv("BENCH_SOCKET"))
	must(err)
	http.HandleFunc("/api/webhooks/stripe", webhook)
	http.HandleFunc("/api/stripe/sessions/", lookup)
	must(http.Serve(socket, nil))
}
