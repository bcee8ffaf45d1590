story   A claim names another time than Calendly does

booking claimed 01 2026-12-11T09:00:00Z
attempt

told    answer created
told    stripe checkout.session.completed
told    calendly invitee_created

end     booking 01 CONFIRMED PAID captured 15000 refunded 0 contradicted
end     counted 01 BOOKING_CONFIRMED BOOKING_CREATED CHECKOUT_COMPLETED
end     counted 01 CHECKOUT_INITIATED CHECKOUT_SESSION_CREATED
end     counted 01 PAYMENT_COMPLETED
