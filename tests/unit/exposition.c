/*
 * The words of Prometheus, of what is counted and of what the database says.
 */
#include <string.h>

#include "app/exposition.h"
#include "base/conf.h"
#include "booking/job.h"
#include "booking/mark.h"
#include "db/db.h"
#include "web/meter.h"
#include "world.h"

/* Is that a line of the text? */
static int
has(const char *text, const char *line)
{
	size_t len = strlen(line);
	const char *p;

	for (p = strstr(text, line); p != NULL; p = strstr(p + 1, line))
		if ((p == text || p[-1] == '\n') && p[len] == '\n')
			return 1;
	return 0;
}

static void
mark(struct world *w, const char *name, int64_t at, const char *note)
{
	const struct mark m = { .name = name, .at = at, .note = note };

	assert_int_equal(mark_set_tx(&w->c, w->db, &m), OK);
}

static void
an_empty_database_says_what_is_known(void **state)
{
	struct world *w = *state;
	const char *text = exposition_text(&w->c, w->db, NULL);

	assert_true(has(text, "bookpay_database_up 1"));
	assert_true(has(text, "# TYPE bookpay_jobs gauge"));
	assert_non_null(strstr(text, "\nbookpay_schema_version "));
	/* What has not been looked at yet is not said. */
	assert_null(strstr(text, "bookpay_attention"));
	assert_null(strstr(text, "bookpay_heal_fine{"));
	assert_null(strstr(text, "bookpay_deliveries_total"));
	assert_null(w->c.why);
}

static void
without_a_database_it_says_that(void **state)
{
	struct world *w = *state;
	const char *text = exposition_text(&w->c, NULL, NULL);

	assert_true(has(text, "bookpay_database_up 0"));
	assert_null(strstr(text, "bookpay_jobs"));
	assert_null(strstr(text, "bookpay_money"));
}

static void
healing_is_fine_or_it_is_not(void **state)
{
	struct world *w = *state;
	const char *text;

	mark(w, "subscriptions", 7 * NOW_SECOND + 1,
	    "2026-11-23T14:00:00Z fine: looked at 1, new 0, mended 0");
	mark(w, "stripe-events", 8 * NOW_SECOND,
	    "2026-11-23T14:00:00Z not reached: looked at 0: fine: not");
	mark(w, "sessions", 9 * NOW_SECOND, NULL);
	text = exposition_text(&w->c, w->db, NULL);
	assert_true(has(text,
	    "bookpay_heal_fine{part=\"subscriptions\"} 1"));
	assert_true(has(text,
	    "bookpay_heal_fine{part=\"stripe-events\"} 0"));
	assert_true(has(text, "bookpay_heal_fine{part=\"sessions\"} 0"));
	assert_null(strstr(text, "part=\"calendly\""));
	assert_true(has(text, "bookpay_heal_last_success_timestamp_seconds"
	    "{part=\"subscriptions\"} 7"));
}

static void
jobs_are_due_or_later_or_dead(void **state)
{
	struct world *w = *state;
	struct job job = { .kind = "refund", .subject = "pi_1" };
	struct job *taken;
	const char *text;
	int changed;

	assert_int_equal(job_settle_tx(&w->c, w->db, &job, 1, &changed), OK);
	job.subject = "pi_2";
	job.due_at = w->c.now + HOURS(1);
	assert_int_equal(job_settle_tx(&w->c, w->db, &job, 1, &changed), OK);
	w->c.now += 90 * NOW_SECOND;
	text = exposition_text(&w->c, w->db, NULL);
	assert_true(has(text, "bookpay_jobs{kind=\"refund\",state=\"due\"} 1"));
	assert_true(has(text,
	    "bookpay_jobs{kind=\"refund\",state=\"later\"} 1"));
	assert_true(has(text,
	    "bookpay_jobs{kind=\"refund\",state=\"dead\"} 0"));
	assert_true(has(text,
	    "bookpay_job_oldest_due_seconds{kind=\"refund\"} 90"));
	assert_int_equal(job_take_tx(&w->c, w->db, &taken), OK);
	assert_int_equal(job_done_tx(&w->c, w->db, taken), OK);
	text = exposition_text(&w->c, w->db, NULL);
	assert_true(has(text, "bookpay_jobs{kind=\"refund\",state=\"due\"} 0"));
	assert_true(has(text,
	    "bookpay_job_oldest_due_seconds{kind=\"refund\"} 0"));
}

/* Counts as checkout and as the worker do, in folder. */
static void
count_in(struct world *w, const char *folder, const char *program)
{
	const char *path = arena_printf(w->c.mem, "%s/conf", folder);
	const char *text = arena_printf(w->c.mem, "METRICS_DIR=%s\n", folder);
	struct conf *conf;

	unit_write(path, text, strlen(text), 0600);
	assert_int_equal(conf_load(&w->c, program, path, &conf), OK);
	assert_int_equal(meter_open(&w->c, conf, program), OK);
	meter_request(200, 600);
	meter_request(200, 60000000);
	meter_call(METER_STRIPE, 200, 250000);
	meter_delivery(METER_STRIPE, METER_NAMED, METER_APPLIED);
	meter_delivery(METER_CALENDLY, METER_UNKNOWN, METER_REFUSED);
	meter_close();
	conf_free(conf);
}

static void
counters_are_those_of_all_programs(void **state)
{
	struct world *w = *state;
	const char *folder = unit_folder(&w->c), *text;

	count_in(w, folder, "checkout");
	count_in(w, folder, "worker");
	count_in(w, folder, "stripe-webhook");
	text = exposition_text(&w->c, w->db, folder);
	assert_true(has(text, "bookpay_http_requests_total"
	    "{program=\"checkout\",status=\"2xx\"} 2"));
	assert_true(has(text, "bookpay_http_requests_total"
	    "{program=\"checkout\",status=\"5xx\"} 0"));
	assert_null(strstr(text, "bookpay_http_requests_total"
	    "{program=\"worker\""));
	assert_null(strstr(text, "{program=\"cancel\""));
	assert_true(has(text, "bookpay_http_request_duration_seconds_bucket"
	    "{program=\"checkout\",le=\"0.0005\"} 0"));
	assert_true(has(text, "bookpay_http_request_duration_seconds_bucket"
	    "{program=\"checkout\",le=\"0.001\"} 1"));
	assert_true(has(text, "bookpay_http_request_duration_seconds_bucket"
	    "{program=\"checkout\",le=\"16.384\"} 1"));
	assert_true(has(text, "bookpay_http_request_duration_seconds_bucket"
	    "{program=\"checkout\",le=\"+Inf\"} 2"));
	assert_true(has(text, "bookpay_http_request_duration_seconds_sum"
	    "{program=\"checkout\"} 60.000600"));
	assert_true(has(text, "bookpay_provider_calls_total"
	    "{program=\"worker\",provider=\"stripe\",status=\"2xx\"} 1"));
	/* It could not, without libcurl. */
	assert_null(strstr(text, "{program=\"stripe-webhook\",provider"));
	assert_true(has(text, "bookpay_deliveries_total{provider=\"stripe\","
	    "type=\"checkout.session.completed\",outcome=\"applied\"} 3"));
	assert_true(has(text, "bookpay_deliveries_total{provider="
	    "\"calendly\",type=\"unknown\",outcome=\"refused\"} 3"));
	/* What cannot be is not there. */
	assert_null(strstr(text, "type=\"unknown\",outcome=\"applied\""));
	assert_null(strstr(text,
	    "type=\"invitee.created\",outcome=\"refused\""));
	unit_remove(&w->c, folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_WORLD(an_empty_database_says_what_is_known),
		WITH_WORLD(without_a_database_it_says_that),
		WITH_WORLD(healing_is_fine_or_it_is_not),
		WITH_WORLD(jobs_are_due_or_later_or_dead),
		WITH_WORLD(counters_are_those_of_all_programs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
