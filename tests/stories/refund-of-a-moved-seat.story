story   A refund is asked for by the old name of a seat that moved

booking claimed 07 2026-12-15T18:00:00Z
attempt

told    stripe checkout.session.completed as 1
told    calendly reschedule_old_invitee_canceled
told    calendly reschedule_new_invitee_created
told    admin booking.refund
        clock = 2026-12-03T12:40:00Z
        upTo = 5000

end     booking 07 RESCHEDULED PAID captured 15000 refunded 0
end     booking 08 CONFIRMED PAID captured 15000 refunded 0
end     counted 07 BOOKING_CONFIRMED BOOKING_CREATED BOOKING_RESCHEDULED
end     counted 07 CHECKOUT_COMPLETED CHECKOUT_INITIATED
end     counted 07 CHECKOUT_SESSION_CREATED PAYMENT_COMPLETED
end     counted 08 BOOKING_CONFIRMED BOOKING_CREATED
end     job refund pi_1
end     owed 5000 of pi_1
