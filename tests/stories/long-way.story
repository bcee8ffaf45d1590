story   A long way: declined, paid, disputed, won, and given back in two parts

booking claimed 01 2026-12-10T14:00:00Z
attempt

told    answer created
told    calendly invitee_created
told    stripe payment_intent.created
told    stripe payment_intent.payment_failed
told    stripe charge.failed
told    stripe checkout.session.completed
told    stripe payment_intent.succeeded
told    stripe charge.dispute.created
told    stripe charge.dispute.closed.won
told    stripe refund.created
        amount = 5000
told    stripe refund.created
        id = "re_rest"
        amount = 10000
told    stripe charge.refunded
told    calendly invitee_no_show_created

end     booking 01 NO_SHOW REFUNDED captured 15000 refunded 15000
end     counted 01 BOOKING_CONFIRMED BOOKING_CREATED BOOKING_NO_SHOW
end     counted 01 CHECKOUT_COMPLETED CHECKOUT_INITIATED
end     counted 01 CHECKOUT_SESSION_CREATED PAYMENT_COMPLETED
end     counted 01 PAYMENT_DISPUTED PAYMENT_FAILED PAYMENT_REFUNDED
end     counted 01 PAYMENT_REFUNDED
