//! Files that come and go: weights saved and loaded, IDX files dropped onto the page.
use super::room::Room;
use crate::{site::browser, vision::files::Kind, wire::Part, workbench::protocol::Request};
use web_sys::{Blob, FileList};

/// The largest file that is read: MNIST's largest is 47 MB unpacked.
const MOST: f64 = 256e6;

/// Reads files that were chosen or dropped; what each one is, its first bytes say.
pub fn take(room: Room, files: FileList) {
    for file in (0..files.length()).filter_map(|i| files.get(i)) {
        room.scope.spawn(async move {
            let name = file.name();
            if file.size() > MOST {
                room.tell(true, format!("{name}: expected at most {:.0} MB, found {:.0} MB", MOST / 1e6, file.size() / 1e6));
                return;
            }
            hand_on(room, name, file.into()).await;
        });
    }
}

/// Weights to the network, all else to the data; a file whose name promises weights is explained by whoever reads those.
pub async fn hand_on(room: Room, name: String, file: Blob) {
    let kind = match browser::kind(&name, &file).await {
        Ok(kind) => kind,
        Err(error) => return room.tell(true, error),
    };
    let weights = kind.is_some_and(Kind::is_of_weights) || name.ends_with(".safetensors");
    let request = if weights { Request::Load { name } } else { Request::Data { name } };
    room.send_with(request, vec![Part::File(file)]);
}
