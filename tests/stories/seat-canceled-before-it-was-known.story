story   A seat is canceled before we hear that it was taken

told    calendly invitee_canceled
told    calendly invitee_created
told    read invitee_created

end     booking 01 CANCELLED UNPAID captured 0 refunded 0
end     counted 01 BOOKING_CANCELLED BOOKING_CREATED
