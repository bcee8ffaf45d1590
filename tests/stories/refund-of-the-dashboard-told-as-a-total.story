story   A refund made in the dashboard, of which only the total is told

booking direct
attempt

told    answer created
told    stripe checkout.session.completed
told    stripe payment_intent.succeeded
told    stripe charge.succeeded
told    stripe charge.refunded.partial

end     booking CONFIRMED PARTIALLY_REFUNDED captured 15000 refunded 5000
end     counted BOOKING_CONFIRMED CHECKOUT_COMPLETED CHECKOUT_INITIATED
end     counted CHECKOUT_SESSION_CREATED PAYMENT_COMPLETED
