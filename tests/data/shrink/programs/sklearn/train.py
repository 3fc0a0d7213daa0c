import sys

import numpy
from sklearn.datasets import load_iris
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score

kind = sys.argv[1] if len(sys.argv) > 1 else "logistic"
data, target = load_iris(return_X_y=True)
if kind == "forest":
    model = RandomForestClassifier(n_estimators=8, random_state=1, n_jobs=2)
elif kind == "cluster":
    from sklearn.cluster import KMeans

    print(sorted(numpy.bincount(KMeans(3, n_init=3, random_state=1).fit(data).labels_)))
    sys.exit()
elif kind == "svd":
    print(numpy.round(numpy.linalg.svd(data, compute_uv=False), 3))
    sys.exit()
else:
    model = LogisticRegression(max_iter=500)
print(kind, round(cross_val_score(model, data, target).mean(), 3))
