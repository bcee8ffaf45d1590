story   Two sessions are paid in one second

booking direct
attempt
attempt

told    stripe checkout.session.completed as 1
told    stripe checkout.session.completed as 2
told    stripe charge.refunded as 2
told    stripe refund.created as 2

end     booking CONFIRMED PAID captured 15000 refunded 0
end     counted BOOKING_CONFIRMED CHECKOUT_COMPLETED CHECKOUT_COMPLETED
end     counted CHECKOUT_INITIATED CHECKOUT_INITIATED
end     counted CHECKOUT_SESSION_CREATED CHECKOUT_SESSION_CREATED
end     counted DUPLICATE_PAYMENT PAYMENT_COMPLETED PAYMENT_COMPLETED
end     counted PAYMENT_REFUNDED
