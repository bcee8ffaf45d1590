/*
 * routes: the programs of src/, each compiled into the harness route under a
 * name of its own instead of main (see Makefile.am).
 */
#ifndef FUZZ_ROUTES_H
#define FUZZ_ROUTES_H

struct service;

int route_booking(int argc, char **argv);
int route_calendly_webhook(int argc, char **argv);
int route_cancel(int argc, char **argv);
int route_catalogue(int argc, char **argv);
int route_checkout(int argc, char **argv);
int route_health(int argc, char **argv);
int route_metrics(int argc, char **argv);
int route_session(int argc, char **argv);
int route_stripe_webhook(int argc, char **argv);

/* What they call instead of serve_main. */
int route_service(const struct service *s, int argc, char **argv);

#endif
