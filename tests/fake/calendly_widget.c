/*
 * fake-calendly, the scripts (facts/calendly.md §7): the inline widget as
 * sites load it from assets.calendly.com, and what the booking page says to
 * its parent window.  Links to https://calendly.com lead to this fake, so that
 * a page under test needs no other URLs than the real ones.
 */
#include <string.h>

#include "calendly.h"

static const char widget_js[] =
"(function () {\n"
"\t'use strict';\n"
"\tvar origin = new URL(document.currentScript.src).origin;\n"
"\tvar utmNames = { utmCampaign: 'utm_campaign', utmSource: 'utm_source',\n"
"\t\tutmMedium: 'utm_medium', utmContent: 'utm_content',\n"
"\t\tutmTerm: 'utm_term' };\n"
"\tvar prefillNames = { name: 'name', firstName: 'first_name',\n"
"\t\tlastName: 'last_name', email: 'email', location: 'location',\n"
"\t\tdate: 'date' };\n"
"\n"
"\tfunction copy(url, from, names) {\n"
"\t\tObject.keys(names).forEach(function (k) {\n"
"\t\t\tif (from && from[k])\n"
"\t\t\t\turl.searchParams.set(names[k], from[k]);\n"
"\t\t});\n"
"\t}\n"
"\n"
"\tfunction target(options) {\n"
"\t\tvar url = new URL(options.url.replace(\n"
"\t\t\t/^https:\\/\\/calendly\\.com/, origin));\n"
"\t\turl.searchParams.set('embed_domain', location.host);\n"
"\t\turl.searchParams.set('embed_type', 'Inline');\n"
"\t\tcopy(url, options.prefill, prefillNames);\n"
"\t\tcopy(url, (options.prefill || {}).customAnswers,\n"
"\t\t\t{ a1: 'a1', a2: 'a2', a3: 'a3' });\n"
"\t\tcopy(url, options.utm, utmNames);\n"
"\t\treturn url.href;\n"
"\t}\n"
"\n"
"\tfunction initInlineWidget(options) {\n"
"\t\tvar parent = options.parentElement ||\n"
"\t\t\tdocument.currentScript.parentNode;\n"
"\t\tvar frame = document.createElement('iframe');\n"
"\t\tif (parent.jquery)\n"
"\t\t\tparent = parent[0];\n"
"\t\tframe.src = target(options);\n"
"\t\tframe.width = '100%';\n"
"\t\tframe.height = '100%';\n"
"\t\tframe.setAttribute('frameborder', '0');\n"
"\t\tframe.title = 'Select a Date & Time - Calendly';\n"
"\t\tparent.textContent = '';\n"
"\t\tparent.appendChild(frame);\n"
"\t}\n"
"\n"
"\tfunction initAll() {\n"
"\t\tdocument.querySelectorAll('.calendly-inline-widget').forEach(\n"
"\t\t\tfunction (e) {\n"
"\t\t\tif (!e.dataset.url || e.dataset.processed ||\n"
"\t\t\t    e.dataset.autoLoad === 'false')\n"
"\t\t\t\treturn;\n"
"\t\t\te.dataset.processed = 'true';\n"
"\t\t\tinitInlineWidget({ url: e.dataset.url,\n"
"\t\t\t\tparentElement: e });\n"
"\t\t});\n"
"\t}\n"
"\n"
"\twindow.Calendly = { initInlineWidget: initInlineWidget,\n"
"\t\tinitInlineWidgets: initAll };\n"
"\tif (document.readyState === 'loading')\n"
"\t\tdocument.addEventListener('DOMContentLoaded', initAll);\n"
"\telse\n"
"\t\tinitAll();\n"
"})();\n";

static const char widget_css[] =
".calendly-inline-widget{position:relative;min-width:320px;height:700px}\n"
".calendly-inline-widget iframe{display:inline;width:100%;height:100%}\n";

static const char booking_js[] =
"'use strict';\n"
"const data = document.body.dataset;\n"
"const embedded = new URLSearchParams(location.search).has('embed_domain') &&\n"
"\twindow.parent !== window;\n"
"\n"
"function tell(event, payload) {\n"
"\tif (embedded)\n"
"\t\twindow.parent.postMessage({ event: 'calendly.' + event,\n"
"\t\t\tpayload: payload || {} }, '*');\n"
"}\n"
"\n"
"function showTimes(zone) {\n"
"\tconst format = new Intl.DateTimeFormat('en-GB', { weekday: 'short',\n"
"\t\tday: '2-digit', month: 'short', year: 'numeric',\n"
"\t\thour: '2-digit', minute: '2-digit', timeZone: zone });\n"
"\tdocument.querySelectorAll('time').forEach((t) => {\n"
"\t\tt.textContent = format.format(new Date(t.dateTime));\n"
"\t});\n"
"\tdocument.getElementById('zone').textContent = zone;\n"
"}\n"
"\n"
"const zone = document.getElementById('timezone');\n"
"if (zone && zone.dataset.guess) {\n"
"\tzone.value = Intl.DateTimeFormat().resolvedOptions().timeZone;\n"
"\tshowTimes(zone.value);\n"
"}\n"
"if (data.embed === 'viewed')\n"
"\ttell('event_type_viewed');\n"
"document.querySelectorAll('input[name=start]').forEach((r) => {\n"
"\tr.addEventListener('change', () => tell('date_and_time_selected'));\n"
"});\n"
"if (data.embed === 'scheduled')\n"
"\ttell('event_scheduled', { event: { uri: data.eventUri },\n"
"\t\tinvitee: { uri: data.inviteeUri } });\n"
"tell('page_height', { height: document.body.scrollHeight + 'px' });\n";

static const struct {
	const char *path, *type, *text;
} assets[] = {
	{ "/assets/external/widget.js", "text/javascript; charset=utf-8",
	    widget_js },
	{ "/assets/external/widget.css", "text/css; charset=utf-8",
	    widget_css },
	{ "/assets/booking.js", "text/javascript; charset=utf-8", booking_js },
};

int
cal_asset(struct hreq *rq, struct hresp *rs)
{
	size_t i;

	for (i = 0; i < sizeof(assets) / sizeof(*assets); i++) {
		if (!hreq_is(rq, "GET", assets[i].path))
			continue;
		rs->type = assets[i].type;
		buf_puts(&rs->body, assets[i].text);
		return 1;
	}
	return 0;
}
