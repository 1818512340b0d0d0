# What docs/hdf5.md promises to readers: prints the best trial, its curve and its assignment.
import sys
import h5py
with h5py.File(sys.argv[1], "r") as f:
    trials, curve = f["trials"][:], f["observations"][:]
    names = [name.decode() for name in f["metric_names"]["name"]]
    best = trials[f["experiment"].attrs["best"] - 1]
    loss = curve[(curve["trial"] == best["number"]) & (curve["metric"] == names.index("loss"))]
    print(best["trial"].decode(), best["status"].decode(), best["objective"], best["end"].view("datetime64[us]"))
    print(*loss["step"], *loss["value"])
    given = [text.decode() for text in f["assignments_text"][best["number"] - 1]]
    print(dict(zip([name.decode() for name in f["parameters"]["name"]], given)))
    print(len(f["events"]), f["events"]["json"][0].decode(), f["experiment/spec"][()].decode())
