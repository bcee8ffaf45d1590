story   A seat that moves and keeps its tracking

told    calendly reschedule_old_invitee_canceled
told    calendly reschedule_new_invitee_created_tracking_kept

end     booking 07 RESCHEDULED UNPAID captured 0 refunded 0
end     booking 08 PENDING UNPAID captured 0 refunded 0
end     counted 07 BOOKING_CREATED BOOKING_RESCHEDULED
end     counted 08 BOOKING_CREATED
end     job release 1417e000-0000-4000-8000-000000000008
