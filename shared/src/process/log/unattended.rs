//! What is said of a call that nobody waits for, when it ends: of the table's stream, or of a schedule.

use super::line::{Call, Line, ms};
use metrique_writer_core::unit::AsCount;
use metrique_writer_core::{Entry, EntryWriter};
use metrique_writer_format_emf::NoMetric;

/// A line of counts, named once: `metrics` are metrics too, in the unit Count, and `others` are not.
macro_rules! line {
    (
        $(#[$about:meta])*
        $name:ident, $message:literal,
        metrics { $($(#[$about_metric:meta])* $metric:ident: $metric_type:ty,)* },
        others { $($(#[$about_other:meta])* $other:ident: $other_type:ty,)* },
    ) => {
        $(#[$about])*
        #[derive(Debug)]
        pub struct $name<'a> {
            /// The call. It is of no account.
            pub call: Call<'a>,
            $($(#[$about_metric])* pub $metric: $metric_type,)*
            $($(#[$about_other])* pub $other: $other_type,)*
        }

        impl Entry for $name<'_> {
            fn write<'a>(&'a self, writer: &mut impl EntryWriter<'a>) {
                $(writer.value(stringify!($metric), &AsCount::from(self.$metric));)*
                $(writer.value(stringify!($other), &NoMetric::from(self.$other));)*
                self.call.write_unattended(writer, $message);
            }
        }

        impl Line for $name<'_> {
            fn account(&self) -> Option<&str> {
                None
            }

            fn trace(&self) {
                let (call, usage) = (&self.call, self.call.usage);
                tracing::info!(
                    endpoint = call.endpoint,
                    $($metric = self.$metric,)*
                    $($other = self.$other,)*
                    dynamodb_requests = usage.requests(),
                    capacity_units = usage.capacity_units(),
                    took_ms = ms(call.took),
                    store_ms = ms(usage.waited()),
                    lambda_request_id = call.invocation.lambda_request_id,
                    trace_id = call.invocation.trace_id,
                    $message
                );
            }
        }
    };
}

line! {
    /// What is said when a batch of the table's stream has been taken.
    AppendLine, "log appended",
    metrics {
        /// Time since the oldest change of the batch was made, in milliseconds, to the second.
        lag_ms: u64,
    },
    others {
        /// Changes in the batch.
        records: usize,
        /// Entries that are in a log now and were not before.
        entries_appended: usize,
        /// Changes that were in a log already.
        entries_there_already: usize,
        /// Accounts of the batch.
        accounts: usize,
        /// Accounts whose log could not be extended.
        accounts_failed: usize,
    },
}

line! {
    /// What is said when the logs have been held against the table.
    ReconcileLine, "log reconciled",
    metrics {},
    others {
        /// Accounts that there are.
        accounts: usize,
        /// Accounts that could not be reconciled.
        accounts_failed: usize,
        /// Days that were compared.
        days_compared: usize,
        /// Events that were read for it.
        events_compared: u64,
        /// Events that were missing from a log and have a position now.
        entries_appended: usize,
        /// Events that the table lacks, or has otherwise than the log.
        differences: usize,
    },
}

line! {
    /// What is said when events were sent to destinations.
    DeliverLine, "events delivered",
    metrics {
        /// Time since the oldest event got its position that is due at a destination and not there, in milliseconds: the greatest of all.
        lag_ms: u64,
        /// Entries of the log that a destination lacks that are due: the most of all.
        lag_events: u64,
        /// Destinations whose last try failed.
        destinations_failing: usize,
    },
    others {
        /// Destinations that get events.
        destinations: usize,
        /// Accounts whose destinations could not be read.
        accounts_failed: usize,
        /// Events that destinations acknowledged.
        events_sent: u64,
        /// Parcels that they came in.
        parcels_sent: u64,
        /// Destinations that did not take what they were sent, in this call.
        destinations_refusing: usize,
    },
}

line! {
    /// What is said when days were counted, or none was left to count.
    RollLine, "days counted",
    metrics {},
    others {
        /// Accounts that there are.
        accounts: usize,
        /// Accounts that could not be counted.
        accounts_failed: usize,
        /// Days that were counted.
        days_counted: usize,
        /// Events that were read for it.
        events_read: u64,
        /// Closed days that are left without a count.
        days_left: usize,
    },
}
