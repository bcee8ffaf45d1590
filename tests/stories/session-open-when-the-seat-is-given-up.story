story   A seat is given up while its page is open, and one is paid in time

booking direct
attempt

told    answer created
told    client booking.cancel
        clock = 2026-11-23T14:30:00Z
        by = "client"
told    stripe checkout.session.completed
told    stripe checkout.session.expired

end     booking CANCELLED PAID captured 15000 refunded 0
end     counted BOOKING_CANCELLED BOOKING_CONFIRMED CHECKOUT_COMPLETED
end     counted CHECKOUT_INITIATED CHECKOUT_SESSION_CREATED
end     counted PAYMENT_COMPLETED
end     owed 15000 of pi_3SWfXkB7WZ01zgkW1a2B3c4D by hand
